"""Where does the public data set come from? Kaggle, through the optional package kagglehub."""

import shutil
from pathlib import Path

from model_store.basics.errors import UserError

DATASET = "paultimothymooney/chest-xray-pneumonia"


class DownloadFailed(UserError, RuntimeError):
    """The data set could not be fetched; the message says what to do."""


def download(to: Path) -> Path:
    """Fetch the Kaggle edition of Kermany's set (CC BY 4.0) into a folder.

    Args:
        to: the folder; afterwards it holds `chest_xray/train`, `chest_xray/val` and `chest_xray/test`.

    Returns:
        The folder to pass as `--data`.

    Raises:
        DownloadFailed: kagglehub is not installed, or Kaggle cannot be reached.
    """
    try:
        import kagglehub
    except ImportError as error:
        raise DownloadFailed(
            "Downloading needs the package kagglehub; install it with: pip install kagglehub"
        ) from error
    try:
        fetched = Path(kagglehub.dataset_download(DATASET))
    except Exception as error:  # kagglehub lets every kind of network and account error through.
        raise DownloadFailed(
            f"Kaggle could not be reached; connect to the internet and try again, or download {DATASET} in a "
            f"browser and unpack it into {to}."
        ) from error
    target = to / "chest_xray"
    shutil.copytree(fetched / "chest_xray", target, dirs_exist_ok=True)
    return target
