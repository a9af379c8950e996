"""Other people's servers, started for tests: yaz-ztest, Zebra over records of ours, and one that misbehaves."""
