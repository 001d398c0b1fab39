"""When a node is ready, and what it says about itself to anybody. Pure."""

from dataclasses import dataclass

MANY_JOBS = 500


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/readyz` tells: words without figures, so that nothing of the traffic shows.

    `directory` is "good", "alarm" (another list stands in the database than this node has seen;
    contacts are sealed by the last good one) or "none" (the node takes nothing in).
    """

    database: bool
    directory: str
    waiting_jobs: int

    @property
    def is_ready(self) -> bool:
        return self.database and self.directory != "none"

    def words(self) -> dict[str, str]:
        return {
            "database": "good" if self.database else "none",
            "directory": self.directory,
            "jobs": "behind" if self.waiting_jobs > MANY_JOBS else "good",
        }
