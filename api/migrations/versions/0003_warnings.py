"""What went wrong with a plan that has a result all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Plans that have ended keep what they were told with."""
    op.add_column(
        "plans",
        sa.Column("warning", sa.Text(), nullable=True, comment="what went wrong although there is a result"),
    )
