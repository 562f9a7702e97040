"""Take the sentences of the code into the catalogues, and name those that have no French yet."""

from __future__ import annotations

import click

from handlers.locales import catalogues


@click.command()
def main() -> None:
    catalogues.renew()
    for language in catalogues.PLURALS:
        if language == "en":
            continue  # the English sentence is its own identifier
        for sentence in catalogues.untranslated(catalogues.stored(language)):
            click.echo(f"{language}: {sentence.id!r}")


if __name__ == "__main__":
    main()
