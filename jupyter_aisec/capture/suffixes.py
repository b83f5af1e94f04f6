"""What the name of a file says of what is in it."""

from __future__ import annotations

import os.path

from jupyter_aisec.model import AssetKind

_PACKED = frozenset({".gz", ".bz2", ".xz", ".zst", ".lz4", ".br"})

ARCHIVES = frozenset({".zip", ".tar", ".tgz", ".tbz2", ".txz", ".7z", ".rar"})

MODELS = frozenset(
    {".pt", ".pth", ".ckpt", ".safetensors", ".gguf", ".ggml", ".onnx", ".keras", ".joblib", ".tflite", ".mar", ".cbm"}
    | {".mlmodel", ".skops", ".torchscript", ".pmml", ".xgb", ".lgb"}
)

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".dcm", ".heic"})

_TABLES = frozenset(
    {".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".feather", ".arrow", ".ipc", ".orc", ".avro"}
    | {".xlsx", ".xls", ".xlsb", ".ods", ".sav", ".dta", ".sas7bdat", ".xpt", ".rds", ".rdata", ".db", ".sqlite"}
    | {".sqlite3", ".duckdb", ".h5", ".hdf5", ".hdf", ".nc", ".zarr", ".mat", ".npy", ".npz", ".pkl", ".pickle"}
    | {".arff", ".libsvm", ".svm", ".svmlight", ".data", ".dat", ".tfrecord", ".recordio", ".lmdb", ".msgpack"}
    | {".fasta", ".fa", ".fastq", ".vcf", ".bam", ".bed", ".gff", ".pdb", ".sdf", ".smi", ".las", ".laz", ".ply"}
    | {".geojson", ".shp", ".gpkg", ".kml", ".gpx", ".osm", ".pbf", ".edf", ".fits", ".root", ".pcap", ".conll"}
    | {".conllu", ".srt", ".vtt", ".bib", ".xml", ".txt", ".pdf", ".docx", ".log"}
)
_SOUNDS = frozenset({".wav", ".mp3", ".flac", ".ogg", ".m4a", ".opus", ".aac", ".mp4", ".avi", ".mov", ".mkv", ".mid"})

_DATA = _TABLES | MODELS | IMAGES | _SOUNDS | _PACKED | ARCHIVES

_PROGRAMS = frozenset(
    {".py", ".sh", ".bash", ".ipynb", ".md", ".rst", ".html", ".htm", ".css", ".js", ".ts", ".whl", ".deb", ".rpm"}
    | {".yml", ".yaml", ".toml", ".cfg", ".ini", ".c", ".cpp", ".h", ".cu", ".java", ".jar", ".r", ".jl", ".rs", ".go"}
    | {".so", ".dll", ".exe", ".ttf", ".otf", ".pem", ".crt", ".key", ".asc", ".sha256", ".md5", ".lock"}
)


def suffix(path: str) -> str:
    """The ending that tells what is in it, in small letters; that of ``a.csv.gz`` is ``.csv``."""
    base, end = os.path.splitext(path.lower())  # noqa: PTH122 - no object is made of it
    inner = os.path.splitext(base)[1] if end in _PACKED else ""  # noqa: PTH122 - likewise
    return inner or end


def is_data(path: str) -> bool:
    """Whether a file of that name holds data or a model, and nothing that is run or read by people."""
    # Asked of each file that is opened.
    return path[path.rfind(".") :].lower() in _DATA


def is_program(path: str) -> bool:
    """Whether it is code, settings or text about it."""
    return suffix(path) in _PROGRAMS


def comes_in_series(path: str) -> bool:
    """Whether it is a picture or a sound, of which a data set has thousands."""
    found = suffix(path)
    return found in IMAGES or found in _SOUNDS


def kind(path: str) -> AssetKind:
    """A model, where the name leaves no doubt; else data."""
    return AssetKind.MODEL if suffix(path) in MODELS else AssetKind.DATASET
