"""The files of a base: who may read them, where its backups lie, and on what disk it stands."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from diagnostics.safety import Refusal, os_reason

BACKUPS = "sauvegardes"
"""Folder of our backups, beside the base."""
PRIVATE, SHARED = 0o600, 0o660
NETWORK_FILE_SYSTEMS = frozenset({
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "glusterfs", "lustre", "gfs2",
    "ocfs2", "davfs", "vboxsf", "prl_fs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.davfs2",
    "fuse.gvfsd-fuse", "fuse.vmhgfs-fuse", "fuse.ceph", "fuse.s3fs",
})  # fmt: skip
"""As /proc/self/mounts names them."""


def prepare(path: Path) -> None:
    """Create the file for its owner only, or for a group whose shared folder it is, before SQLite creates it for all.

    SQLite gives its side files the mode of the base.

    Raises:
        Refusal: the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Refusal(f"{path.parent} : impossible de créer ce dossier ({os_reason(error)}).") from error
    mode = mode_in(path.parent)
    try:
        if not os.path.lexists(path):
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, mode))
        os.close(os.open(path, os.O_RDWR))
        _set_mode(path, mode)
    except OSError as error:
        raise Refusal(_why_not(path, error)) from error
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise Refusal(
            f"{path.parent} : vous n'avez pas le droit d'écrire dans ce dossier, où la base a besoin d'autres fichiers "
            "à côté d'elle. Demandez ce droit ou indiquez un autre dossier (réglage « store »)."
        )


def mode_in(folder: Path) -> int:
    """Mode of a new file: a group's when the folder hands its group down (set-group-ID) and lets it write."""
    found = folder.stat().st_mode
    return SHARED if found & stat.S_ISGID and found & stat.S_IWGRP else PRIVATE


def _set_mode(path: Path, wanted: int) -> None:
    """Others never read a base; a group does if its folder says so, or if somebody gave it the right to write."""
    status = path.stat()
    mode = stat.S_IMODE(status.st_mode)
    if mode & stat.S_IWGRP and not mode & stat.S_IRWXO:
        return
    if status.st_uid == os.geteuid() and mode != wanted:
        path.chmod(wanted)


def _why_not(path: Path, error: OSError) -> str:
    try:
        status = path.stat()
    except OSError:
        return (
            f"{path} : impossible d'écrire la base ({os_reason(error)}). Choisissez un dossier où vous pouvez écrire."
        )
    if status.st_uid != os.geteuid() and not status.st_mode & stat.S_IWGRP:
        return (
            f"{path} : cette base appartient à {_owner(status.st_uid)} et n'est pas partagée. Pour la partager, "
            "mettez-la dans un dossier du groupe (chmod 2770), ou indiquez une autre base (réglage « store »)."
        )
    return f"{path} : impossible d'écrire la base ({os_reason(error)}). Vérifiez les droits du fichier."


def _owner(uid: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return f"un autre compte ({uid})"


def backups_folder(base: Path) -> Path:
    """Folder of our backups of a base; not made here."""
    return base.parent / BACKUPS


def network_disk(path: Path) -> str:
    """Name of the network file system that the path lies on, "" on a local disk or when nothing says."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    resolved = str(path.resolve())
    best, kind = "", ""
    for line in mounts:
        _, point, file_system, *_ = line.split(" ")
        # Blanks of a mount point are written in octal (fstab(5)).
        point = point.replace("\\040", " ").replace("\\011", "\t")
        if (resolved == point or resolved.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, file_system
    return kind if kind in NETWORK_FILE_SYSTEMS else ""
