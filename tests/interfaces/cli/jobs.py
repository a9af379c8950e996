"""Tasks for the tests of the worker."""

from django_tasks import task

done: list[int] = []


@task()
def note(number: int) -> None:
    done.append(number)


@task()
def stumble() -> None:
    raise ConnectionError("the line is down")
