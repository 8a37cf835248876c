"""A plan's turn in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Plans that wait already keep the place that the queue has given them."""
    op.add_column(
        "plans",
        sa.Column(
            "turn",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="place among plans of its priority",
        ),
    )
    op.create_index("plans_by_turn", "plans", ["turn"], unique=False)
