"""Nouns of the catalogue, one file for each subject."""

from pustaka.catalog.models.batches import BatchChange, BatchLine
from pustaka.catalog.models.care import Bindery, BindingOrder, CareJob, ConditionNote
from pustaka.catalog.models.copying import Offer, Question, Reply, Target
from pustaka.catalog.models.covers import Cover
from pustaka.catalog.models.digital import DigitalCopy
from pustaka.catalog.models.drafts import Draft
from pustaka.catalog.models.history import AuthorityVersion, BibTombstone, BibVersion, Change, Ended, ItemVersion
from pustaka.catalog.models.imports import Batched, ColumnMap, ImportEntry, ImportJob, ItemChange, Revealed
from pustaka.catalog.models.items import NO_STATE, STATE, Holding, Item, ItemType
from pustaka.catalog.models.labels import LabelDesign, LabelRun
from pustaka.catalog.models.merges import Merge, NotSame
from pustaka.catalog.models.numbering import NumberPattern
from pustaka.catalog.models.records import Authority, Bib, BibKey, BibRecord, Form
from pustaka.catalog.models.stock_takes import StockTake, StockTakeCopy, StockTakeScan, StockTakeSettlement
from pustaka.catalog.models.withdrawals import Withdrawal, WithdrawalReport

__all__ = [
    "NO_STATE",
    "STATE",
    "Authority",
    "AuthorityVersion",
    "BatchChange",
    "BatchLine",
    "Batched",
    "Bib",
    "BibKey",
    "BibRecord",
    "BibTombstone",
    "BibVersion",
    "Bindery",
    "BindingOrder",
    "CareJob",
    "Change",
    "ColumnMap",
    "ConditionNote",
    "Cover",
    "DigitalCopy",
    "Draft",
    "Ended",
    "Form",
    "Holding",
    "ImportEntry",
    "ImportJob",
    "Item",
    "ItemChange",
    "ItemType",
    "ItemVersion",
    "LabelDesign",
    "LabelRun",
    "Merge",
    "NotSame",
    "NumberPattern",
    "Offer",
    "Question",
    "Reply",
    "Revealed",
    "StockTake",
    "StockTakeCopy",
    "StockTakeScan",
    "StockTakeSettlement",
    "Target",
    "Withdrawal",
    "WithdrawalReport",
]
