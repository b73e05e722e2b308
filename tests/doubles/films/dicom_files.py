"""DICOM files for tests of the reader: the phantom's film, or any other, in every syntax and with any attribute."""

import copy
import io
import tempfile
import zlib
from pathlib import Path

import gdcm
import numpy as np
from PIL import Image
from pydicom import dcmread
from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from tests.doubles.films import phantom

SMALL = phantom.Chest(width=320, height=256)
FILM = phantom.chest_film(SMALL)
CR, DX, SC = (f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("1", "1.1", "7"))
IMPLICIT, DEFLATED, RLE = "1.2.840.10008.1.2", DeflatedExplicitVRLittleEndian, RLELossless
EXPLICIT, BIG_ENDIAN = ExplicitVRLittleEndian, ExplicitVRBigEndian

COMPRESSED = {
    name: UID(f"1.2.840.10008.1.2.{tail}")
    for name, tail in {
        "RLE": "5",
        "JPEG baseline": "4.50",
        "JPEG extended": "4.51",
        "JPEG lossless, process 14": "4.57",
        "JPEG lossless, selection value 1": "4.70",
        "JPEG-LS lossless": "4.80",
        "JPEG-LS near lossless": "4.81",
        "JPEG 2000 lossless": "4.90",
        "JPEG 2000": "4.91",
    }.items()
}
NATIVE = {"implicit": UID(IMPLICIT), "explicit": EXPLICIT, "big endian": BIG_ENDIAN, "deflated": DEFLATED}
LOSSY = {"JPEG baseline", "JPEG extended", "JPEG-LS near lossless", "JPEG 2000"}


@disable_value_validation()
def dataset_of(pixels, *, bits=None, sop_class=DX, **attributes):
    """Return a data set of a film: grey, (rows, columns), or red, green and blue, (rows, columns, 3).

    Its attributes may be such as no standard allows, and nothing is said of that.
    """
    pixels = np.ascontiguousarray(pixels)
    allocated = 8 * pixels.itemsize
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, "1.2.3.4.5"
    dataset.Modality = "OT" if sop_class == SC else "CR" if sop_class == CR else "DX"
    dataset.PatientName, dataset.PatientID = "Mustermann^Erika", "4711"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 1 if pixels.ndim == 2 else 3
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.PhotometricInterpretation = "MONOCHROME2" if pixels.ndim == 2 else "RGB"
    dataset.BitsAllocated, dataset.BitsStored = allocated, bits or allocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes() + bytes(pixels.nbytes % 2)
    dataset["PixelData"].VR = "OW" if allocated == 16 else "OB"
    for name, value in attributes.items():
        setattr(dataset, name, value)
    return dataset


@disable_value_validation()
def file_of(dataset, syntax=EXPLICIT, *, preamble=True, meta=True):
    """Write a data set in a syntax whose pixels it already has; without file meta information it has no preamble."""
    syntax = UID(syntax)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", SC)
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4.5"
    file = io.BytesIO()
    if meta:
        dataset.save_as(file, enforce_file_format=True)
        return file.getvalue() if preamble else file.getvalue()[132:]
    native = {"implicit_vr": syntax.is_implicit_VR, "little_endian": syntax.is_little_endian}
    del dataset.file_meta
    dataset.save_as(file, **native)
    return file.getvalue()


def written(pixels, syntax=EXPLICIT, **attributes):
    """Write a film as a DICOM file in any syntax; big-endian ones have their bytes swapped."""
    dataset = dataset_of(pixels, **attributes)
    syntax = UID(syntax)
    if syntax.is_encapsulated:
        dataset.PixelData = encapsulate([encoded(dataset, syntax)])
        dataset["PixelData"].is_undefined_length = True
        dataset["PixelData"].VR = "OB"
    elif syntax == BIG_ENDIAN and pixels.itemsize == 2:
        dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    return file_of(dataset, syntax)


def encoded(dataset, syntax):
    """Return the one frame of a native data set, compressed: JPEG baseline by Pillow, all others by gdcm."""
    if syntax == COMPRESSED["JPEG baseline"]:
        pixels = np.frombuffer(dataset.PixelData, np.uint8)[: dataset.Rows * dataset.Columns]
        file = io.BytesIO()
        Image.fromarray(pixels.reshape(dataset.Rows, dataset.Columns)).save(file, "JPEG", quality=95)
        return file.getvalue()
    # By way of files: what gdcm hands to Python as an object may be gone before Python looks at it.
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before", Path(folder) / "after"
        before.write_bytes(file_of(copy.deepcopy(dataset)))
        reader, change, writer = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax(), gdcm.ImageWriter()
        reader.SetFileName(str(before))
        assert reader.Read()
        image = reader.GetImage()
        if syntax == COMPRESSED["JPEG extended"]:
            # With 16 bits allocated gdcm would write a JPEG of 16 bits, which is none.
            image.SetPixelFormat(gdcm.PixelFormat(1, 12, 12, 11, 0))
        codec = _lossy_codec(syntax)
        if codec:
            change.SetUserCodec(codec)
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(str(syntax))))
        change.SetInput(image)
        assert change.Change()
        writer.SetFileName(str(after))
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()
        return next(generate_frames(dcmread(after).PixelData, number_of_frames=1))


def _lossy_codec(syntax):
    codec = None
    if syntax == COMPRESSED["JPEG extended"]:
        codec = gdcm.JPEGCodec()
        codec.SetQuality(95)
    elif syntax == COMPRESSED["JPEG-LS near lossless"]:
        codec = gdcm.JPEGLSCodec()
        codec.SetLossyError(2)
    elif syntax == COMPRESSED["JPEG 2000"]:
        codec = gdcm.JPEG2000Codec()
        codec.SetRate(0, 6.0)
        codec.SetReversible(False)
        return codec
    if codec:
        codec.SetLossless(False)
    return codec


def deflated(head, body):
    """Return a deflated file of bytes that nobody would write, behind a file's meta information."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return head + packer.compress(body) + packer.flush()


def meta_of(syntax):
    """Return what stands before the data set: preamble, mark and file meta information."""
    small = dataset_of(FILM)
    whole = file_of(small, syntax)
    length = int.from_bytes(whole[140:144], "little")
    return whole[: 144 + length]
