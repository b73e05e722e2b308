"""Which folder of this machine is read? One below the root that is configured for data, as retraining has it."""

import streamlit as st

from model_store.disk.home import xray_home
from model_store.sources.data_root import ROOT_VARIABLE, data_root, folders_below, shown_folder
from model_store.sources.films import MAX_FILES
from xray_ui.basics import text as basics_text
from xray_ui.basics.guard import guarded
from xray_ui.reading.uploads import chosen, contents
from xray_ui.reading.worklist import wording

FOLDER = "worklist_folder"
_DEPTH, _MOST = 3, 500
"""How deep below the root a folder may lie to be offered, and how many are."""


def show() -> None:
    """Offer the folders below the root, and to let go of the one that was chosen."""
    with st.popover("Folder on this machine", icon=":material/folder_open:"), st.container(width=380):
        root = data_root(xray_home())
        folders = folders_below(root, _DEPTH, _MOST)
        st.caption(wording.FOLDER_HELP if folders else basics_text.literal(wording.no_root(ROOT_VARIABLE)))
        choice = st.selectbox(
            "Folder", folders, index=None, format_func=lambda each: shown_folder(each, root), key=FOLDER,
            placeholder="Choose a folder", disabled=not folders,
        )  # fmt: skip
        if st.button("Read its films", type="primary", disabled=choice is None) and choice is not None:
            with st.spinner("Looking into the folder"):
                chosen.turn_to({contents.take_folder(choice)})
            st.rerun()
        if contents.folder():
            st.button("Leave the folder", on_click=_leave, icon=":material/close:")
    if (taken := contents.folder()) and not taken.is_whole:
        st.caption(wording.left_out(MAX_FILES))


@guarded()
def _leave() -> None:
    contents.leave_folder()
