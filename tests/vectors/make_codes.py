#!/usr/bin/env python3
"""Makes codes.json from docs/protocol.md, "Reading codes": texts as people paste them, and the code that each is read as,
or why it is refused. It shares no code with the server or the browser's module. The file stays as it is when made again.
"""

import hashlib
import json
import pathlib
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = {"mailed": 8, "invitation": 16, "withdrawal": 28}
UNSEEN = [
    *[0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010)],
    *[*range(0x202A, 0x202D), *range(0x2060, 0x2070), 0x2800, 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0],
    *[*range(0xFFF0, 0xFFFC), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE1000)],
]
ZEROS = [
    *[0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20],
    *[0x1040, 0x17E0, 0x1810],
]


def undressed(c):
    code = ord(c)
    for one in [0x2776, 0x2780, 0x278A, 0x24F5]:
        if one <= code < one + 9:
            return str(code - one + 1)
    for letter in [0x1F150, 0x1F170, 0x1F1E6]:
        if letter <= code < letter + 26:
            return chr(ord("A") + code - letter)
    for zero in ZEROS:
        if zero <= code < zero + 10:
            return str(code - zero)
    return {0x24FF: "0", 0x1F10B: "0", 0x1F10C: "0", 0x130: "I", 0x131: "I"}.get(code, c)


def is_letter_or_digit(c):
    return unicodedata.category(c)[0] in "LN"


def plain(text):
    found = []
    for c in unicodedata.normalize("NFKC", text):
        if c == "\U0001f51f":
            found.append("10")
        elif c == "-" or 0x2010 <= ord(c) <= 0x2015 or ord(c) == 0x2212:
            found.append("-")
        elif unicodedata.category(c)[0] == "M" or ord(c) in UNSEEN:
            pass
        else:
            c = undressed(c)
            found.append(c if c == ":" or is_letter_or_digit(c) else " ")
    return "".join(found)


def symbols(reading, length):
    found = []
    for c in filter(is_letter_or_digit, reading):
        if len(found) == length:
            return None, "length"
        symbol = {"I": "1", "L": "1", "O": "0"}.get(c.upper() if c.isascii() else c, c.upper() if c.isascii() else c)
        if symbol not in ALPHABET:
            return None, "character"
        found.append(symbol)
    return ("".join(found), None) if len(found) == length else (None, "length")


def is_shown(word, length):
    groups = word.strip("-").split("-")
    return len(groups) == length // 4 and all(len(one) == 4 and one.isascii() and one.isalnum() for one in groups)


def read(kind, text):
    if kind == "invitation" and "#i=" in text:
        text = text[text.rindex("#i=") + 3 :]
    text, length = plain(text), SYMBOLS[kind]
    labeled = text.rpartition(":")[2]
    readings = [labeled if any(map(is_letter_or_digit, labeled)) else text]
    places = [word for word in text.replace(":", " ").split(" ") if is_shown(word, length)]
    readings += places if len(places) == 1 else []
    results = [symbols(reading, length) for reading in readings]
    code, why = next((result for result in results if result[0]), results[0])
    if code and kind == "withdrawal" and code[24:] != check(code[:24]):
        code, why = None, "mistyped"
    if not code:
        return {"refused": why}
    return {"code": "-".join(code[at : at + 4] for at in range(0, length, 4))}


def check(body):
    bits = "".join(f"{ALPHABET.index(symbol):05b}" for symbol in body)
    w = bytes(int(bits[at : at + 8], 2) for at in range(0, 120, 8))
    digits = "".join(f"{byte:08b}" for byte in hashlib.sha256(b"code/v1\0" + w).digest())
    return "".join(ALPHABET[int(digits[at : at + 5], 2)] for at in range(0, 20, 5))


def dressed(code, digit, upper):
    """Each digit and letter by its place behind these characters."""
    def one(c):
        if c.isdigit() and digit:
            return chr(digit + int(c))
        return chr(upper + ord(c) - ord("A")) if c.isalpha() and upper else c

    return "".join(map(one, code))


def keycaps(code):
    return "".join(f"{c}\ufe0f\u20e3" if c.isdigit() else c for c in code)


def circled(code, one, zero):
    return "".join(chr(one + int(c) - 1) if c in "123456789" else zero if c == "0" else c for c in code)


def forms(code, kind):
    groups = code.split("-")
    yield from [code, code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code}\n"]
    yield from [code.replace("-", dash) for dash in ["\u2010", "\u2011", "\u2013", " \u2014 ", "\u2212", "\uff0d"]]
    yield from [code.replace("-", sign) for sign in ["_", ".", "/", "\u00b7", "\u3000", "\u00a0", "\n"]]
    yield code.replace("0", "o").replace("1", "l")
    yield code.replace("1", "\u0131").lower().replace("0", "O")
    yield code.replace("1", "\u0130")
    # Full width; mathematical bold, sans, monospace, script, double-struck; circles, squares, flags.
    yield dressed(code, 0xFF10, 0xFF21)
    yield dressed(code, 0xFF10, 0xFF21).replace("-", "\uff0d")
    for digit, upper in [(0x1D7CE, 0x1D400), (0x1D7EC, 0x1D5D4), (0x1D7F6, 0x1D670), (None, 0x1D4D0), (0x1D7E2, 0x1D63C)]:
        yield dressed(code, digit, upper)
    yield dressed(code, None, 0x24B6)
    yield dressed(code, None, 0x1F130)
    yield dressed(code, None, 0x1F150)
    yield dressed(code, None, 0x1F170)
    yield " ".join(dressed(code, None, 0x1F1E6))
    yield circled(code, 0x2460, "\u24ea")
    yield circled(code, 0x2776, "\u24ff")
    yield circled(code, 0x24F5, "\U0001f10b")
    yield keycaps(code)
    yield keycaps(code).replace("1\ufe0f\u20e30\ufe0f\u20e3", "\U0001f51f")
    yield "".join(f"{c}\u0336" for c in code)
    for zero in [0x660, 0x6F0, 0x966, 0xE50, 0x17E0]:
        yield dressed(code, zero, None)
    # What nobody sees, and what stands around.
    for unseen in ["\u200b", "\u200e", "\u200f", "\u2060", "\ufeff", "\u00ad", "\u202a", "\u2068", "\u200d", "\ufe0f"]:
        yield unseen + unseen.join(code) + unseen
    for before, after in [
        *[("\u201c", "\u201d"), ("\u00ab", "\u00bb"), ("\u300c", "\u300d"), ('"', '"'), ("'", "'"), ("(", ")")],
        *[("[", "]"), ("<", ">"), ("`", "`"), ("```\n", "\n```"), ("**", "**"), ("_", "_"), ("~~", "~~"), ("> ", "")],
        *[("\u2022 ", ""), ("- ", ""), ("\U0001f449 ", " \U0001f448"), ("", "."), ("", ","), ("", "!"), ("\u2728", "")],
        *[("*_", "_*."), ("#", ""), ("\u3010", "\u3011"), ("\u2068", "\u2069"), ("\u200f", "")],
    ]:
        yield before + code + after
    # With a label.
    for before in ["Code: ", "Your code:\n", "code\uff1a", "Withdrawal code: ", "\u041a\u043e\u0434: ", "Here: code: "]:
        yield before + code
        yield before + "**" + code.lower() + "**."
    yield f"Your code is {code}."
    yield f"[12:34] Ann: {code}"
    yield f"Code: {code} (for 48 hours)"
    yield f"{code} is the code"
    yield f"{code}:"
    # Refused.
    yield from ["", " - ", code[:-1], code + "0", code[:-1] + "U", code[:-1] + "\u00fc", code[:-1] + "\u0416"]
    yield from [f"Code: {code[:-1]}", f"Code: {code}0", f"{code} or {code}", f"Code: {code[:-1]}U", "Code:", f"Code: {code[:4]}"]
    yield from [":".join(groups), "\U0001f449"]
    if kind == "invitation":
        yield from [f"https://petitions.example/p/stop-it#i={code}", f"<https://petitions.example/p/stop-it#i={code}>."]
        yield f"Join: https://petitions.example/p/stop-it#i={code.lower()} \U0001f642"
    if kind == "withdrawal":
        other = "0" if code[0] != "0" else "1"
        yield from [other + code[1:], f"Code: {other}{code[1:]}"]


def main():
    body = "000G40R40M30E209185GR38E"
    codes = {
        "mailed": ["10AB-EFGH", "K7QX-2M9T"],
        "invitation": ["000G-40R4-0M30-E209"],
        "withdrawal": ["-".join((body + check(body))[at : at + 4] for at in range(0, 28, 4))],
    }
    vectors = []
    for kind, all_of_kind in codes.items():
        for code in all_of_kind:
            for text in dict.fromkeys(forms(code, kind)):
                vectors.append({"kind": kind, "text": text, **read(kind, text)})
    for one in vectors:
        # The rules are meant to read what was pasted as what was copied, or not at all.
        assert "refused" in one or one["code"] in codes[one["kind"]] or one["text"].endswith("0"), one
    lines = ",\n".join(" " + json.dumps(one) for one in vectors)
    pathlib.Path(__file__).with_name("codes.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


main()
