"""Where do things lie on the screen? The few rules of layout that Streamlit has no setting for."""

from typing import Literal
from urllib.parse import urlsplit

import streamlit as st
from PIL import Image, ImageDraw

from xray_ui.basics.page_names import FILM_IS_OPEN

CSS = """
<style>
[data-testid="stMainBlockContainer"] {padding: 4.2rem 1.5rem 1.5rem;}
[data-testid="stSidebarHeader"] {height: 2.2rem; margin: 0; padding-bottom: 0;}
[data-testid="stMain"] h1 {font-size: 1.7rem; padding: 0 0 0.3rem;}
[data-testid="stMain"] h2 {font-size: 1.25rem; padding: 0.6rem 0 0.2rem;}
[data-testid="stMain"] h3 {font-size: 1.05rem; padding: 0.4rem 0 0.1rem;}
[data-testid="stSidebar"] h1 {font-size: 1.35rem; padding: 0 0 0.5rem;}
[data-testid="stSidebar"] h2 {font-size: 1rem; padding: 0.4rem 0 0.5rem;}
[data-testid="stBaseButton-primary"] {color: #0b0d10;}
[data-testid="stMain"] table {font-variant-numeric: tabular-nums;}
@media (max-width: 1000px) {
  [data-testid="stMain"] table :is(td, th) {font-size: 0.77rem; padding: 0.25rem 0.15rem; white-space: normal;}
}
.st-key-version_list td, .st-key-version_list th {font-size: 0.85rem; padding: 0.25rem 0.4rem;}
[class*="st-key-disagreement-"] {border-top: 1px solid #2a313a; padding-top: 0.4rem;}
:is(.st-key-welcome, .st-key-first_page, .st-key-shut) {max-width: 46rem; margin: 0 auto;}
.st-key-shut {margin-top: 9vh;}
.st-key-first_page [data-testid="stFileUploaderDropzone"] {min-height: 20vh; display: flex; flex-direction: column;
  align-items: center; justify-content: center; gap: 0.5rem;}
.st-key-first_page [data-testid="stFileUploaderDropzone"] > * {flex: 0 0 auto; width: auto;}
.st-key-samples {flex-wrap: nowrap;}
.st-key-samples > * {flex: 1 1 0; min-width: 0;}
[data-testid="stLayoutWrapper"]:has(> .st-key-first_page:empty) {display: none;}
[data-testid="stApp"]:has(.st-key-shut) :is([data-testid="stSidebar"], [data-testid="stTopNavLink"]) {display: none;}
.st-key-verdict p, .st-key-not_read p {font-size: 1.35rem; font-weight: 650; line-height: 1.25;}
.st-key-facts table, .st-key-header table {font-size: 0.85rem; width: 100%;}
.st-key-facts th, .st-key-header th {display: none;}
.st-key-facts td, .st-key-header td {border: none; border-top: 1px solid #2a313a; padding: 0.2rem 0;}
.st-key-facts td:last-child, .st-key-header td:last-child {text-align: right; font-variant-numeric: tabular-nums;}
[data-left] [data-testid="stApp"]:not(:has(.st-key-shut)) {visibility: hidden;}
@media (max-width: 1150px) {
  .st-key-version_list :is(th, td):is(:nth-child(4), :nth-child(6), :nth-child(7)) {display: none;}
  .st-key-retrain_page [data-testid="stHorizontalBlock"],
  .st-key-model_page [data-testid="stHorizontalBlock"] {flex-wrap: wrap;}
  .st-key-retrain_page [data-testid="stColumn"],
  .st-key-model_page [data-testid="stColumn"] {flex: 1 1 100%; min-width: 100%;}
}
/* A film has the page: one thin line for pages and films, one for its tools, and the result beside it or below. */
[data-testid="stApp"]:has(.st-key-toolbar) {
  [data-testid="stHeader"] {height: 2.5rem; min-height: 2.5rem;}
  [data-testid="stMainBlockContainer"] {padding: 2.6rem 0.75rem 0.75rem;}
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"],
  .st-key-reading_area, .st-key-reading_area > * > [data-testid="stVerticalBlock"] {gap: 0.3rem;}
  :is(.st-key-toolbar, .st-key-stepper) {gap: 0.5rem;}
  :is(.st-key-toolbar, .st-key-stepper) button {min-height: 2rem; padding-block: 0;}
  .st-key-stepper .st-key-film {flex: 0 1 clamp(9rem, 22vw, 26rem);}
  .st-key-toolbar [data-testid="stButtonGroup"] button {padding-inline: 0.6rem;}
  .st-key-toolbar > [class*="st-key-window_of_the_file"] {flex: 0 1 clamp(9rem, 17.5vw, 20rem);}
  .st-key-sample_notice {
    gap: 0.5rem;
    button {min-height: 2rem; padding-block: 0;}
  }
  /* What stands above a film makes it smaller, so that what is below it stays in sight. */
  &:has(.st-key-sample_notice) {--of-samples: 3.4rem;}
  &:has(:is(.st-key-correction_notice, .st-key-reader_notice)) {--of-the-film: 4rem;}
  --above-the-film: calc(var(--of-samples, 0rem) + var(--of-the-film, 0rem));
  .st-key-toolbar > :has(.st-key-result_strip) {order: 1; flex: 1 1 9rem; width: auto;}
  .st-key-toolbar > :is(.st-key-save, .st-key-compare, .st-key-result_column) {order: 2;}
  .st-key-result_strip [data-testid="stText"] {font-weight: 650; white-space: normal;}
  [data-testid="stColumn"]:has(.xv-root) {min-width: 0; flex: 1 1 0;}
  [data-testid="stColumn"]:has(.xv-root) + [data-testid="stColumn"] {min-width: 0; flex: 0 0 clamp(16rem, 25vw, 26rem);}
  &:has(.st-key-result_column input:not(:checked)) [data-testid="stColumn"]:has(.xv-root) + [data-testid="stColumn"] {
    display: none;
  }
  [data-testid="stHorizontalBlock"]:has([data-panes="2"]) {
    flex-wrap: wrap;
    & > [data-testid="stColumn"] {flex: 1 1 100%;}
    & > [data-testid="stColumn"] + [data-testid="stColumn"] > [data-testid="stVerticalBlock"] {
      display: block; columns: 3 19rem; column-gap: 2rem;
      & > * {break-inside: avoid; margin-bottom: 0.8rem;}
    }
  }
}
@media (min-width: 901px) {
  .st-key-result_strip {display: none;}
  [data-testid="stApp"]:has([data-panes="2"]) .st-key-result_strip,
  .st-key-toolbar:has(.st-key-result_column input:not(:checked)) .st-key-result_strip {display: flex;}
  [data-testid="stColumn"]:has([data-panes="1"]) {
    position: sticky; top: 2.6rem; align-self: flex-start;
  }
}
@media (min-width: 1000px) {
  [data-testid="stApp"]:has(.st-key-toolbar):has([data-testid="stSidebar"][data-collapsed="true"]) .st-key-stepper {
    position: fixed; top: 0; right: 0.75rem; width: auto; z-index: 999991;
  }
}
@media (min-width: 1400px) {
  [data-testid="stApp"]:has(.st-key-toolbar) .st-key-stepper {
    position: fixed; top: 0; right: 0.75rem; width: auto; z-index: 999991;
  }
}
@media (max-width: 640px), (hover: none) {
  .st-key-worklist_keys {display: none;} /* Where there are no keys. */
}
@media (max-width: 640px) {
  :is(.st-key-toolbar, .st-key-worklist_filters) [data-testid="stButtonGroup"] button {
    padding-inline: 0.35rem; font-size: 0.8rem;
  }
}
@media (max-width: 900px) {
  [data-testid="stHorizontalBlock"]:has(.xv-root) {flex-wrap: wrap;}
  [data-testid="stHorizontalBlock"]:has(.xv-root) > [data-testid="stColumn"] {flex: 1 1 100% !important;}
  .st-key-toolbar > :has(.st-key-result_strip) {order: -1 !important; flex: 1 1 100% !important;}
}
/* Of two films each has its number under it; one above both would stand over the wrong one. */
[data-testid="stApp"]:has(.xv-said > div) .st-key-result_strip {display: none !important;}
/* What a button opens lies beside the film, never on it: the film makes room, and its result is the line above it. */
:root {--panel: clamp(20rem, 25vw, 26rem);}
:is(.st-key-save, .st-key-compare) button {anchor-name: --opener;}
[data-testid="stPopoverBody"]:has([class*="st-key-beside_film_"]) {width: min(var(--panel), 94vw); min-width: 0;}
@media (min-width: 901px) {
  [data-testid="stPopoverBody"]:has([class*="st-key-beside_film_"]) {
    inset: 4.9rem 0.75rem auto auto !important; top: anchor(--opener bottom) !important; transform: none !important;
    max-height: calc(100vh - 8rem) !important; margin-top: 0.3rem;
  }
  body:has(:is([class*="st-key-beside_film_"], .xv-keys[open])) {
    .st-key-film_and_result {padding-right: calc(var(--panel) + 0.5rem);}
    [data-testid="stColumn"]:has(.xv-root) + [data-testid="stColumn"] {display: none;}
    .st-key-result_strip {display: flex;}
  }
}
@media (max-width: 900px) {
  [data-testid="stPopoverBody"]:has([class*="st-key-beside_film_"]) {
    width: min(28rem, 94vw); max-height: 26rem !important;
  }
  .xv-root .xv-keys {max-height: 26rem;}
  body:has(:is([class*="st-key-beside_film_"], .xv-keys[open])) .st-key-film_and_result {margin-top: 27rem;}
}
html:fullscreen {
  [data-testid="stHeader"], [data-testid="stSidebar"] {display: none;}
  [data-testid="stApp"]:has(.st-key-toolbar) [data-testid="stMainBlockContainer"] {padding-top: 0.3rem;}
  .xv-root {--xv-room: calc(100vh - 3rem);}
}
</style>
"""


def sidebar() -> Literal["collapsed"] | int:
    """Return how the sidebar is at first: folded beside a film, of this many pixels on every other page."""
    path = urlsplit(st.context.url or "").path.strip("/")
    is_reading = path == str(st.get_option("server.baseUrlPath") or "").strip("/")
    return "collapsed" if is_reading and st.session_state.get(FILM_IS_OPEN) else 250


def icon(size: int = 64) -> Image.Image:
    """Draw the icon of page and program. A named one would be fetched from the internet by the browser.

    Args:
        size: of its sides, in pixels.
    """
    image = Image.new("RGBA", (256, 256))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, 255, 255), radius=48, fill="#1b2027")
    for left, right in ((48, 118), (138, 208)):
        pen.ellipse((left, 48, right, 216), fill="#5fb3d4")
    return image.resize((size, size), Image.Resampling.LANCZOS)
