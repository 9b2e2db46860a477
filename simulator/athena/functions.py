"""The functions that queries may call, and what the embedded engine is told for each.

Sources: "Functions in Amazon Athena" and Trino's "Functions and operators". A function that is not
here is refused, whatever the embedded engine has under that name.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final = frozenset(
    """
    Abs AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin Array ArrayAgg ArrayConcat
    ArrayContains ArrayDistinct ArrayExcept ArrayFilter ArrayIntersect ArrayMax ArrayMin
    ArrayOverlaps ArraySize ArrayToString ArrayUniqueAgg Avg Case Cast Cbrt Ceil Chr Coalesce
    Concat ConcatWs Corr Count CountIf CovarPop CovarSamp CumeDist CurrentDate CurrentTimestamp
    Date DateAdd DateDiff DateSub DateTrunc Day DayOfMonth DayOfWeekIso DayOfYear Degrees
    DenseRank Exp Extract FirstValue Flatten Floor FromBase64 FromISO8601Timestamp GenerateSeries
    Greatest GroupConcat Hour If Initcap IsInf IsNan JSONExtract JSONExtractScalar
    LastValue Lag Lead Least Length Levenshtein Ln Localtimestamp Log LogicalAnd LogicalOr Lower
    Map MapFromEntries MapKeys MapValues Max Min Minute Month Ntile NthValue Nullif Pad ParseJSON
    PercentRank Pow Quarter Radians Rank RegexpExtract RegexpLike RegexpReplace Replace Reverse
    Round RowNumber Second Sign SortArray Split SplitPart Sqrt StartsWith Stddev
    StddevPop StddevSamp StrPosition StrToTime Struct Substring Sum TimeToStr TimeToUnix
    TimestampTrunc ToBase64 Transform Translate Trim Try TryCast Trunc TsOrDsToDate Unnest
    UnixToTime Upper Variance VariancePop WeekOfYear Week Year YearOfWeek DayOfWeek
    ParseDatetime Anonymous And Or Xor Not Exists
    """.split()
)
"""Functions that the parser knows, by its names; "Anonymous" are those of the next table."""

NAMED: Final = {
    "all_match": "len(list_filter({0}, {1})) = len({0})",
    "any_match": "len(list_filter({0}, {1})) > 0",
    "array_position": "COALESCE(list_position({0}, {1}), 0)",
    "array_remove": "list_filter({0}, x -> x IS DISTINCT FROM {1})",
    "arrays_overlap": "list_has_any({0}, {1})",
    "at_timezone": "timezone({1}, {0})",
    "bitwise_and": "({0} & {1})",
    "bitwise_or": "({0} | {1})",
    "codepoint": "unicode({0})",
    "date": "CAST({0} AS DATE)",
    "day_of_month": "dayofmonth({0})",
    "ends_with": "ends_with({0}, {1})",
    "every": "bool_and({0})",
    "format_datetime": "strftime({0}, {1})",
    "from_iso8601_date": "CAST({0} AS DATE)",
    "geometric_mean": "geomean({0})",
    "histogram": "histogram({0})",
    "json_array_contains": "list_contains(CAST({0} AS JSON[]), to_json({1}))",
    "json_array_length": "TRY(json_array_length({0}))",
    "json_format": "CAST({0} AS VARCHAR)",
    "json_size": "__json_size({0}, {1})",
    "kurtosis": "kurtosis({0})",
    "map_agg": "map(array_agg({0}), array_agg({1}))",
    "map_concat": "map_concat({*})",
    "map_entries": "map_entries({0})",
    "none_match": "len(list_filter({0}, {1})) = 0",
    "parse_datetime": "CAST(strptime({0}, {1}) AS TIMESTAMPTZ)",
    "regexp_count": "len(regexp_extract_all({0}, {1}))",
    "regexp_extract_all": "regexp_extract_all({0}, {1}, {2:0})",
    "regexp_split": "regexp_split_to_array({0}, {1})",
    "skewness": "skewness({0})",
    "slice": "list_slice({0}, {1}, {1} + {2} - 1)",
    "to_iso8601": "__to_iso8601({0})",
    "to_utf8": "encode({0})",
    "url_decode": "url_decode({0})",
    "url_encode": "url_encode({0})",
    "url_extract_host": "__group({0}, '^[a-zA-Z][a-zA-Z0-9+.-]*://([^/:?#]*)', 1)",
    "url_extract_path": "__group({0}, '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*([^?#]*)', 1)",
    "url_extract_protocol": "__group({0}, '^([a-zA-Z][a-zA-Z0-9+.-]*):', 1)",
    "url_extract_query": "__group({0}, '[?]([^#]*)', 1)",
}
"""Further functions: what stands for a call, its arguments by number; "{*}" are all, "{2:0}" is the
third or 0."""

MACROS: Final = (
    "CREATE MACRO __json(j, p) AS TRY(json_extract(j, p))",
    "CREATE MACRO __json_scalar(j, p) AS TRY(CASE WHEN json_type(j, p) IN ('OBJECT', 'ARRAY')"
    " THEN NULL ELSE json_extract_string(j, p) END)",
    "CREATE MACRO __json_size(j, p) AS TRY(CASE json_type(j, p)"
    " WHEN 'ARRAY' THEN json_array_length(j, p) WHEN 'OBJECT' THEN len(json_keys(j, p)) ELSE 0 END)",
    "CREATE MACRO __group(s, p, g) AS CASE WHEN regexp_matches(s, p)"
    " THEN regexp_extract(s, p, g) END",
    "CREATE MACRO __div(a BIGINT, b BIGINT) AS a // b, (a DOUBLE, b DOUBLE) AS a / b",
    "CREATE MACRO __to_iso8601(t DATE) AS strftime(t, '%Y-%m-%d'),"
    " (t TIMESTAMP) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%g'),"
    " (t TIMESTAMPTZ) AS strftime(timezone('UTC', t), '%Y-%m-%dT%H:%M:%S.%gZ')",
)
"""Functions of our own, under names that no query can call."""

STRUCTURE: Final = frozenset(
    """
    Select From Join Where Group Having Order Ordered Limit Offset Fetch With CTE Subquery Union
    Intersect Except Table TableAlias Column Identifier Star Alias Literal Boolean Null EQ NEQ GT
    GTE LT LTE Is In Between Like Escape Add Sub Mul Div Mod Neg Paren DataType DataTypeParam
    Interval Var Window WindowSpec Distinct Exists Any All Bracket Dot Tuple Lambda Lateral Values
    Rollup Cube GroupingSets AtTimeZone ColumnDef IgnoreNulls RespectNulls WithinGroup Filter DPipe
    Placeholder NullSafeNEQ NullSafeEQ Slice PropertyEQ JSONPath JSONPathRoot JSONPathKey
    JSONPathSubscript Kwarg Aliases WindowSpec HavingMax IntervalSpan National RawString
    """.split()
)
"""What else a query is made of, by the parser's names."""
