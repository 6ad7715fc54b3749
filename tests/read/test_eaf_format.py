"""ELAN: tiers, speakers, times, and XML that means harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labor_signals.errors import TranscriptError
from labor_signals.read import eaf_format
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import Settings

SLOTS = {"ts1": "0", "ts2": "1500", "ts3": None, "ts4": "3000", "ts5": "4200"}


def annotation(number: int, text: str, begin: str = "ts1", end: str = "ts2") -> str:
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="{begin}" TIME_SLOT_REF2="{end}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def reference(number: int, text: str, to: str) -> str:
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{number}" ANNOTATION_REF="{to}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )


def tier(name: str, *annotations: str, participant: str | None = None, parent: str | None = None) -> str:
    more = f' PARTICIPANT="{participant}"' if participant is not None else ""
    more += f' PARENT_REF="{parent}"' if parent else ""
    return f'<TIER LINGUISTIC_TYPE_REF="utt" TIER_ID="{name}"{more}>{"".join(annotations)}</TIER>'


def document(*tiers: str, slots: dict[str, str | None] = SLOTS, doctype: str = "") -> str:
    times = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="{name}"' + (f' TIME_VALUE="{value}"/>' if value is not None else "/>")
        for name, value in slots.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<ANNOTATION_DOCUMENT FORMAT="3.0" VERSION="3.0">\n'
        f'<HEADER TIME_UNITS="milliseconds"/>\n<TIME_ORDER>{times}</TIME_ORDER>\n{chr(10).join(tiers)}\n'
        "</ANNOTATION_DOCUMENT>\n"
    )


def read(text: str, settings: Settings | None = None) -> RawTable:
    return eaf_format.read(Source(given=text.encode(), settings=settings or Settings()))


def test_tiers_of_participants_in_time_order() -> None:
    raw = read(
        document(
            tier("utt@A", annotation(1, "one"), annotation(2, "three &amp; a &lt;half&gt;", "ts4", "ts5"),
                 participant="Ann"),
            tier("Ben", annotation(3, "two", "ts2", "ts4")),
            tier("more@A", annotation(4, "four", "ts5", "ts5"), participant="Ann"),
        )
    )  # fmt: skip
    frame = raw.frame
    assert frame["speaker"].tolist() == ["Ann", "Ben", "Ann", "Ann"]
    assert frame["text"].tolist() == ["one", "two", "three & a <half>", "four"]
    assert frame["start"].tolist() == [0.0, 1.5, 3.0, 4.2]
    assert frame["end"].tolist() == [1.5, 3.0, 4.2, 4.2]
    assert frame["tier"].tolist() == ["utt@A", "Ben", "utt@A", "more@A"]
    assert (raw.place, raw.places) == ("annotation", [1, 3, 2, 4])
    assert [(note.kind, note.count) for note in raw.notes] == [("changed", 2)]


def test_dependent_tiers_are_left_out_and_counted() -> None:
    raw = read(
        document(
            tier("A", annotation(1, "hei"), reference(9, "stray", "a1"), participant="Ann"),
            tier("translation@A", reference(2, "hello", "a1"), participant="Ann", parent="A"),
            tier("words@A", annotation(3, "h", "ts1", "ts3"), annotation(4, "ei", "ts3", "ts2"), parent="A"),
        )
    )
    assert raw.frame["text"].tolist() == ["hei"]
    assert [(note.kind, note.count) for note in raw.notes] == [("dropped", 2), ("dropped", 1)]
    assert "3 annotations" in raw.notes[0].what


def test_an_annotation_without_start_follows_the_one_before_it() -> None:
    raw = read(
        document(
            tier("A", annotation(1, "first", "ts1", "ts3"), annotation(2, "then", "ts3", "ts4")),
            tier("B", annotation(3, "meanwhile", "ts2", "ts4")),
        )
    )
    assert raw.frame["text"].tolist() == ["first", "then", "meanwhile"]
    assert raw.frame["start"].isna().tolist() == [False, True, False]
    assert [(note.kind, note.count) for note in raw.notes] == [("kept", 1)]


def test_tiers_that_share_an_id_are_both_read() -> None:
    raw = read(document(tier("A", annotation(1, "one")), tier("A", annotation(2, "two", "ts2", "ts4"))))
    assert raw.frame["text"].tolist() == ["one", "two"]


def test_empty_annotations_are_kept_and_noted() -> None:
    raw = read(document(tier("A", annotation(1, " \n "), annotation(2, "hm", "ts2", "ts4"))))
    assert raw.frame["text"].tolist() == ["", "hm"]
    assert [(note.kind, note.count) for note in raw.notes] == [("kept", 1)]


@pytest.mark.parametrize("value", ["soon", "1e999", "nan"])
def test_times_that_are_no_numbers(value: str) -> None:
    text = document(tier("A", annotation(1, "hi"), annotation(2, "you", "ts2", "ts4")), slots=SLOTS | {"ts2": value})
    with pytest.raises(TranscriptError, match=r"^time slot 2: found 1 "):
        read(text)
    raw = read(text, Settings(bad_rows="skip"))
    assert raw.frame["text"].tolist() == ["hi", "you"]
    assert raw.frame["start"].isna().tolist() == [False, True]
    assert ("dropped", 1, (2,)) in [(note.kind, note.count, note.where) for note in raw.notes]


def test_annotations_that_refer_in_a_circle_end() -> None:
    circle = tier("A", reference(1, "x", "a2"), reference(2, "y", "a1"), parent="B")
    raw = read(document(circle, tier("B", annotation(3, "hi"), parent=None)))
    assert raw.frame["text"].tolist() == ["hi"]


def test_entities_are_refused_before_they_grow() -> None:
    lines = "".join(f'<!ENTITY l{n} "{(f"&l{n - 1};" if n else "lol") * 10}">' for n in range(12))
    began = time.perf_counter()
    with pytest.raises(TranscriptError, match="XML with a DTD"):
        read(document(tier("A", annotation(1, "&l11;")), doctype=f"<!DOCTYPE a [{lines}]>"))
    with pytest.raises(TranscriptError, match="XML with a DTD"):
        read(document(tier("A", annotation(1, "&e;")), doctype='<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hosts">]>'))
    assert time.perf_counter() - began < 1


def test_a_file_that_was_cut_off_names_the_line() -> None:
    with pytest.raises(TranscriptError, match=r"^line 5: found broken XML") as caught:
        read(document(tier("A", annotation(1, "kumquat"))).split("quat")[0])
    assert "kum" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (document(), "found no utterance on 0 tiers"),
        (document(tier("A", reference(1, "x", "a0"))), "found no utterance on 1 tiers"),
        ("<html></html>", "XML of another kind"),
        ("Ann: hi", "broken XML"),
        ("<a>" * 100_000, "broken XML"),
    ],
)
def test_nothing_to_read(text: str, expected: str) -> None:
    with pytest.raises(TranscriptError, match=expected):
        read(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(document(), True), ("<html/>", False), ("about <ANNOTATION_DOCUMENT", False), ("", False)],
)
def test_told_by_its_root(content: str, expected: bool) -> None:
    assert eaf_format.matches(Source(given=content.encode())) is expected


def test_utf16_is_read_whatever_the_declaration_says() -> None:
    given_bytes = document(tier("Ann", annotation(1, "grüß"))).encode("utf-16")
    assert eaf_format.read(Source(given=given_bytes)).frame["text"].tolist() == ["grüß"]


VALID = document(tier("A", annotation(1, "one"), participant="Ann"), tier("t", reference(2, "x", "a1"), parent="A"))
WRONG = st.sampled_from(["", '"', "<", ">", "&", "&x;", "]]>", "<!--", "é", "\x0b", "0", "TIER", "/>", "\ud7ff"])


@given(st.integers(0, len(VALID)), st.integers(0, 40), WRONG | st.text(max_size=5), st.sampled_from(["raise", "skip"]))
def test_whatever_is_broken_ends_in_rows_or_a_transcript_error(at: int, cut: int, put: str, bad_rows: str) -> None:
    content = (VALID[:at] + put + VALID[at + cut :]).encode("utf-8", "replace")
    source = Source(given=content, settings=Settings(bad_rows=bad_rows))  # type: ignore[arg-type]
    assert eaf_format.matches(source) in {True, False}
    try:
        raw = eaf_format.read(source)
    except TranscriptError:
        return
    assert len(raw.frame) > 0
    assert raw.places is not None
    assert sorted(raw.places) == list(range(1, len(raw.frame) + 1))
