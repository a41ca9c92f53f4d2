"""The programme of a case: treatment with travel, or a written opinion without it."""
