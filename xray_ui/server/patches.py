"""What is changed in Streamlit and Keras? Each change with the reason, and nowhere else."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from streamlit import net_util
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

MAX_MEGABYTES = 1000
"""Largest ZIP, the content of a disc; a film may have `model_store.film.refusals.MAX_BYTES`."""

_SetHeaders = Callable[[Request, Response], Coroutine[Any, Any, None]]


def keep_in_memory() -> None:
    """Let the server hold a film that arrives in memory; by itself it writes what is above 1 MB to a temporary file."""
    MultiPartParser.spool_max_size = (MAX_MEGABYTES + 1) << 20


def ask_nobody_elsewhere() -> None:
    """Let the server refuse pages elsewhere by itself.

    To be sure that a page is not of this machine, it would ask a host on the internet for its own address, and nobody
    would be served meanwhile.
    """
    net_util.get_internal_ip = net_util.get_external_ip = lambda: None


def keep_at_most(uploads: MemoryUploadedFileManager, most: int) -> None:
    """Let the server refuse an upload by which one session would hold too much; by itself it holds any number of them.

    Args:
        uploads: where it keeps them.
        most: bytes for each session.
    """
    add_file = uploads.add_file

    def add_within(session_id: str, file: UploadedFileRec) -> None:
        held = uploads.file_storage.get(session_id, {})
        others = sum(len(each.data) for key, each in list(held.items()) if key != file.file_id)
        if others + len(file.data) > most:
            raise HTTPException(413, "This window holds too many uploads; take some away, or open another window.")
        add_file(session_id, file)

    uploads.add_file = add_within  # type: ignore[method-assign]


def unkept(set_headers: _SetHeaders) -> _SetHeaders:
    """Return what sets the headers of an answer, and has the browser keep no copy of what is saved."""

    async def set_headers_unkept(request: Request, response: Response) -> None:
        if "Content-Disposition" in response.headers:
            response.headers["Cache-Control"] = "no-store"
        await set_headers(request, response)

    return set_headers_unkept


def keep_session(keras_backend: Any) -> None:
    """Keep Streamlit from resetting Keras.

    Streamlit calls `keras.backend.clear_session()` after every run of every session. In the middle of building a
    network that gives two layers one name, and during a reading it throws away compiled kernels.

    Args:
        keras_backend: the module `keras.backend`.
    """
    keras_backend.clear_session = lambda: None
