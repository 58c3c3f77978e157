"""The files that were sent: kept in memory, and beside the state file when there is one."""

from dataclasses import dataclass, field
from pathlib import Path

from sandbox import limits
from sandbox.errors import ApiError, bad_request
from sandbox.model import Wire

FOLDERS = {
    "photo": ("photos", ".jpg", "image/jpeg"),
    "video": ("videos", ".mp4", "video/mp4"),
    "voice": ("voice", ".oga", "audio/ogg"),
    "video_note": ("video_notes", ".mp4", "video/mp4"),
    "audio": ("music", ".mp3", "audio/mpeg"),
    "document": ("documents", "", "application/octet-stream"),
    "animation": ("animations", ".mp4", "video/mp4"),
    "sticker": ("stickers", ".webp", "image/webp"),
}


@dataclass(slots=True)
class File:
    """One stored file; a file_id names it for good."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    about: Wire = field(default_factory=dict)

    @property
    def wire(self) -> Wire:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class FileStore:
    """Files by their file_id and by the path `getFile` gives."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.last = 0
        """The number of the newest file. It is not given again, even if the file is not known any more."""
        self.by_id: dict[str, File] = {}
        self.by_path: dict[str, File] = {}
        self._bytes: dict[str, bytes] = {}

    def add(self, kind: str, data: bytes, *, name: str = "", mime: str = "", about: Wire | None = None) -> File:
        """Keep the bytes; raises Telegram's refusal if they are too many, or none."""
        self.check(kind, data)
        number = self.last + 1
        folder, suffix, usual = FOLDERS[kind]
        ending = Path(name).suffix or suffix
        file = File(
            id=f"sandbox-{kind}-{number:06}",
            unique_id=f"u{number:06}",
            kind=kind,
            name=name,
            mime=mime or usual,
            size=len(data),
            path=f"{folder}/file_{number}{ending if ending.isascii() else ''}",
            about=about or {},
        )
        self.put(file)
        if self.folder is None:
            self._bytes[file.id] = data
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / file.id).write_bytes(data)
        return file

    @staticmethod
    def check(kind: str, data: bytes) -> None:
        if len(data) > (limits.PHOTO_BYTES if kind == "photo" else limits.UPLOAD_BYTES):
            raise ApiError(413, "Request Entity Too Large")
        if not data:
            raise bad_request("file must be non-empty")

    def put(self, file: File) -> None:
        """Know a file whose bytes are already kept."""
        self.last = max(self.last, int(file.unique_id.removeprefix("u")))
        self.by_id[file.id] = file
        self.by_path[file.path] = file

    def read(self, file: File) -> bytes:
        if self.folder is None:
            return self._bytes[file.id]
        return (self.folder / file.id).read_bytes()

    def named(self, file_id: str, kind: str) -> File:
        """The file that a bot names to send it again; it must be of that kind, as Telegram demands."""
        if "://" in file_id:
            raise bad_request("failed to get HTTP URL content")
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def downloadable(self, file_id: str) -> File:
        """The file for `getFile`."""
        file = self.by_id.get(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > limits.DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return file
