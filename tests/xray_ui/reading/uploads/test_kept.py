"""Are films that were brought back taken away only once somebody was asked?"""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from xray_ui.reading.uploads.upload import OF_BEFORE


def kept_files() -> None:
    from xray_ui.reading.uploads import kept

    kept.show()


@pytest.mark.parametrize(("count", "them"), [(1, "it"), (3, "them")])
def test_it_is_asked_once_before_they_are_taken_away(count, them):
    app = AppTest.from_function(kept_files)
    app.session_state[OF_BEFORE] = [SimpleNamespace(file_id=str(number)) for number in range(count)]
    app.run()
    assert [button.label for button in app.button] == [f"Yes, take {them} away"]
    question = app.get("popover")[0]
    assert (question.proto.popover.label, question.button[0].label) == (f"Take {them} away", f"Yes, take {them} away")
    assert f"has to upload {them} again" in question.text[0].value
    app.button[0].click().run()
    assert not app.exception
    assert OF_BEFORE not in app.session_state
    assert not app.button
