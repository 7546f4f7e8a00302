"""XLSForm, the spreadsheet form of ODK and KoboToolbox, both ways; see README.md."""

from flows.xlsform.exporting import write_form
from flows.xlsform.importing import Imported, read_form
from flows.xlsform.sheets import Sheet, cell_text
from flows.xlsform.tongues import Tongues

__all__ = ["Imported", "Sheet", "Tongues", "cell_text", "read_form", "write_form"]
