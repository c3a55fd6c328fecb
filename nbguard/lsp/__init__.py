"""The language server: findings, references and edits in any editor that speaks the Language Server Protocol."""
