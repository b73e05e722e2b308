"""Where do things lie on the screen? The few rules of layout that Streamlit has no setting for."""

from PIL import Image, ImageDraw

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
  .st-key-version_list :is(th, td):is(:nth-child(5), :nth-child(8), :nth-child(9)) {display: none;}
  .st-key-reading_area [data-testid="stHorizontalBlock"]:has(.st-key-toolbar),
  .st-key-retrain_page [data-testid="stHorizontalBlock"],
  .st-key-model_page [data-testid="stHorizontalBlock"] {flex-wrap: wrap;}
  .st-key-reading_area [data-testid="stHorizontalBlock"]:has(.st-key-toolbar) > [data-testid="stColumn"],
  .st-key-retrain_page [data-testid="stColumn"],
  .st-key-model_page [data-testid="stColumn"] {flex: 1 1 100%; min-width: 100%;}
  .st-key-reading_area [data-testid="stColumn"]:has(.st-key-not_read) {order: -1;}
}
</style>
"""


def icon() -> Image.Image:
    """Draw the page's icon. A named one would be fetched from the internet by the browser."""
    image = Image.new("RGBA", (64, 64))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, 63, 63), radius=12, fill="#1b2027")
    for left, right in ((12, 29), (35, 52)):
        pen.ellipse((left, 12, right, 54), fill="#5fb3d4")
    return image
