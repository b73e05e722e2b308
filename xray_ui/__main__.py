"""`python -m xray_ui`, or `xray-reader`: the app in a window of its own, until that is closed."""

import argparse
import sys

from model_store.basics.errors import UserError
from xray_ui.basics.page_names import TITLE
from xray_ui.desktop import menu, program


def main(arguments: list[str] | None = None) -> int:
    """Start the app and show it, or do what the options say; return 0, or 2 with a sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        if options.add_to_menu:
            print(f"The menu has an entry now: {menu.add()}")
        elif options.remove_from_menu:
            print(f"The menu has no entry any more: {menu.remove()}")
        elif not program.SCRIPT.is_file():
            _say("This was not installed from the program's own folder; please run `pip install -e .` in that folder.")
            return 2
        else:
            program.run(options.port or program.free_port(), in_window=not options.browser, say=_say)
    except (UserError, OSError) as error:
        _say(str(error))
        return 2
    return 0


def _say(sentence: str) -> None:
    print(f"{TITLE}: {sentence}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m xray_ui", description=__doc__)
    parser.add_argument("--port", type=int, help="where it listens on this machine; a free port by default")
    parser.add_argument("--browser", action="store_true", help="open the usual browser instead of a window of its own")
    menu_options = parser.add_mutually_exclusive_group()
    menu_options.add_argument("--add-to-menu", action="store_true", help="make an entry with an icon in the menu")
    menu_options.add_argument("--remove-from-menu", action="store_true", help="take that entry away")
    return parser


if __name__ == "__main__":
    sys.exit(main())
