"""Is the list of images written in one way only, and refused in any other?"""

import hashlib

import pytest

from model_store.versions.learned_from import are_learned, entry, knows_copies, list_sha256, read_list, write_list

A, B = "a" * 64, "B" * 64
SHOWN, OTHER = "0" * 64, "f" * 64


def test_sorted_short_lower_case_each_once():
    assert write_list([B, A, "b" * 16, A]) == b"aaaaaaaaaaaaaaaa\nbbbbbbbbbbbbbbbb\n"


def test_what_was_written_is_read():
    digests = {hashlib.sha256(bytes([n])).hexdigest() for n in range(50)}
    assert read_list(write_list(digests)) == {digest[:16] for digest in digests}


def test_what_a_film_shows_stands_beside_its_hash():
    content = write_list([entry(B, SHOWN), A, entry(A, OTHER.upper())])
    assert content == f"{'a' * 16} {OTHER}\n{'b' * 16} {SHOWN}\n".encode()
    assert read_list(content) == {f"{'a' * 16} {OTHER}", f"{'b' * 16} {SHOWN}"}
    assert knows_copies(read_list(content))


def test_a_list_of_before_knows_files_alone():
    old = read_list(write_list([A]))
    assert not knows_copies(old)
    assert not knows_copies(old | {entry(B, SHOWN)})
    assert are_learned([(A, SHOWN), (B, SHOWN), ("c" * 64, "")], old).tolist() == [True, False, False]


def test_a_film_is_learned_by_its_file_or_by_what_it_shows():
    learned = {entry("a" * 16, SHOWN)}
    films = [(A, OTHER), ("c" * 64, f"{SHOWN[:-1]}7"), ("c" * 64, OTHER), ("c" * 64, "")]
    assert are_learned(films, learned).tolist() == [True, True, False, False]


def test_no_images_make_an_empty_list():
    assert write_list([]) == b""


@pytest.mark.parametrize(
    "digest", ["", "a" * 15, "a" * 65, "g" * 16, "a" * 16 + "\n", " " + "a" * 16, "person1.png", "a" * 16 + " 7"]
)
def test_what_is_no_digest_is_refused(digest):
    with pytest.raises(ValueError, match="is no SHA-256 of an image; expected 16 to 64 hexadecimal digits"):
        write_list([A, digest])


@pytest.mark.parametrize("content", [b"", b"\n", b"a" * 16, b"A" * 16 + b"\n", b"a" * 17 + b"\n", b"a" * 16 + b"\r\n"])
def test_what_is_no_list_is_refused(content):
    with pytest.raises(ValueError, match="no list of image hashes"):
        read_list(content)


@pytest.mark.parametrize("shown", ["", " ", " 7", f" {SHOWN} ", f"  {SHOWN}", f" {SHOWN}0", " " + "F" * 64])
def test_a_list_with_half_a_fingerprint_is_refused(shown):
    with pytest.raises(ValueError, match="no list of image hashes"):
        read_list(f"{'a' * 16} {SHOWN}\n{'b' * 16}{shown or ' '}\n".encode())


@pytest.mark.parametrize("order", ["ba", "aa", "aba"])
def test_a_list_that_is_not_sorted_or_names_an_image_twice(order):
    with pytest.raises(ValueError, match="not sorted, or names an image twice"):
        read_list("".join(f"{letter * 16}\n" for letter in order).encode())


def test_a_byte_that_is_no_ascii():
    with pytest.raises(ValueError, match="ascii"):
        read_list(b"\xff" * 16 + b"\n")


def test_the_hash_is_that_of_the_bytes():
    assert list_sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
