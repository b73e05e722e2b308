"""A film under a presentation state as DICOMscope draws it, OFFIS's viewer, run from its own classes without a window.

    xvfb-run -a python -m tests.viewers.dicomscope STATE FILM WIDTH HEIGHT PICTURE LINES

writes two pictures of that size: the film, and, white on black, what is drawn on it.
"""

import shutil
import sys
from pathlib import Path

JAR = Path("/usr/share/java/DICOMscope.jar")
SETTINGS = Path("/etc/dcmtk/DICOMscope.cfg")
_LIBRARIES = "/usr/lib/x86_64-linux-gnu/jni"


def missing() -> str | None:
    """Say what has to be installed before it can be run; None where all is there."""
    needed = {JAR.name: JAR.exists(), "java": shutil.which("java"), "xvfb-run": shutil.which("xvfb-run")}
    absent = [name for name, found in needed.items() if not found]
    return f"not installed (apt-get install dicomscope xvfb): {', '.join(absent)}" if absent else None


def render(state: str, film: str, width: int, height: int, picture: str, lines: str) -> None:
    """Draw a film and what its presentation state lays on it."""
    import jpype

    jpype.startJVM(f"-Djava.library.path={_LIBRARIES}", classpath=[str(JAR)])
    context = jpype.JClass("main.MainContext").instance()  # It loads the library in which all else is written.
    image, size = jpype.JClass("java.awt.image.BufferedImage"), jpype.JClass("java.awt.Dimension")(width, height)
    interface = jpype.JClass("J2Ci.jDVInterface")(str(SETTINGS))
    assert interface.loadPState(state, film) == 0, "DICOMscope does not take the presentation state"
    handler = jpype.JClass("viewer.presentation.PresentationStateGraphicsHandler")(interface)
    handler.setNewPresentationState(size)
    converter = jpype.JClass("viewer.presentation.JavaTransformationConverter")(handler)
    shown = image(width, height, image.TYPE_BYTE_INDEXED, context.getIndexColorModel())
    converter.drawInDeviceSpaceFirst(shown, handler.getZoomValue(), True, 0)
    drawn = image(width, height, image.TYPE_INT_RGB)
    handler.drawPaintStructure(
        drawn, converter.getTransformation(), converter.getOverlayTransformation(), True, 0, True
    )
    for each, path in ((shown, picture), (drawn, lines)):
        jpype.JClass("javax.imageio.ImageIO").write(each, "png", jpype.JClass("java.io.File")(path))


if __name__ == "__main__":
    render(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:7])
