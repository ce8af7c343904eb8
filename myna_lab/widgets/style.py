"""The look, all under classes of our own; colours follow the notebook's theme."""

__all__ = ["PICTURE", "STYLE"]

_COLOURS = """
.mnc-view, .mnc-picture { --ink: var(--jp-ui-font-color1, #1d2433); --soft: var(--jp-ui-font-color2, #5b6577);
  --paper: var(--jp-layout-color1, #fff); --wash: var(--jp-layout-color2, #f3f4f7);
  --line: var(--jp-border-color2, #dfe3ea); --accent: #1f5fbf; --on-accent: #fff; --good: #15703f; --wait: #96500a;
  --bad: #b3261e; --mark: #fff4d6; --new: #e9f2ff; --edge: #0c0f16; --held: #e6e9ef; --in-good: #d8efe2;
  --in-wait: #fbe8c8; --in-bad: #f6dad7; color: var(--ink); font-size: 14px; line-height: 1.5;
  font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic", sans-serif; }
[data-jp-theme-light="false"] :is(.mnc-view, .mnc-picture) { --accent: #7db2ff; --on-accent: #0c1422; --good: #6fd39b;
  --wait: #f0b562; --bad: #ff9a92; --mark: #3a3117; --new: #1b2c45; --edge: #555b66; --held: #343a46;
  --in-good: #16382a; --in-wait: #43331a; --in-bad: #472421; }
:is(.mnc-view, .mnc-picture) .mnc-second { display: block; color: var(--soft); font-size: .9em; line-height: 1.4; }
:is(.mnc-view, .mnc-picture) br:has(+ .mnc-second) { display: none; }
:is(.mnc-view, .mnc-picture) small { display: block; color: var(--soft); font-size: .85em; }
:is(.mnc-view, .mnc-picture) .mnc-good { color: var(--good); }
:is(.mnc-view, .mnc-picture) .mnc-wait { color: var(--wait); }
:is(.mnc-view, .mnc-picture) .mnc-bad { color: var(--bad); }
.mnc-badge { font-weight: 600; display: inline-block; }
.mnc-nothing, .mnc-note { margin: 0; padding: 9px 14px; color: var(--soft); font-size: 12.5px; }
"""

_KNOWING = """
:is(.mnc-view, .mnc-picture) .mnc-knowing { border-collapse: separate; border-spacing: 0 3px; width: 100%; margin: 0;
  font-size: 12.5px; table-layout: fixed; border: 0; }
.mnc-knowing th, .mnc-knowing td { text-align: left !important; vertical-align: middle; padding: 2px 7px;
  white-space: normal; border: 0; overflow-wrap: normal; background: none; }
.mnc-knowing th :is(small, b) { display: block; font-weight: 500; white-space: nowrap; }
.mnc-knowing :is(td, th) [lang="ja"] { word-break: normal; line-break: strict; }
.mnc-knowing thead td { width: 214px; } .mnc-knowing thead th { color: var(--soft); font-weight: 500;
  border-left: 2px solid var(--soft); font-variant-numeric: tabular-nums; vertical-align: bottom; }
.mnc-knowing tbody th { color: var(--soft); font-weight: 500; width: 128px; }
.mnc-knowing tbody th[rowspan] { color: var(--ink); font-weight: 700; vertical-align: top; width: 86px; }
.mnc-knowing tr { background: none !important; }
.mnc-knowing tr.mnc-first > * { border-top: 1px solid var(--line); }
.mnc-knowing .mnc-run { border-left: 2px solid var(--paper); border-radius: 7px; background: var(--held);
  line-height: 1.25; }
.mnc-knowing .mnc-run-good { background: var(--in-good); } .mnc-knowing .mnc-run-wait { background: var(--in-wait); }
.mnc-knowing .mnc-run-bad { background: var(--in-bad); }
.mnc-knowing .mnc-second { font-weight: 400; color: inherit; opacity: .85; }
"""

_VIEWS = """
.mnc-view { display: flex; flex-flow: row wrap; align-items: flex-start; gap: 18px; overflow: visible;
  padding: 4px 2px 12px; }
.mnc-view > style, .mnc-view > .widget-html:first-child { display: none; }
.mnc-view .widget-html, .mnc-view .widget-html-content, .mnc-view .widget-box { line-height: 1.5;
  overflow: visible; height: auto; margin: 0; width: auto; font-size: inherit; color: var(--ink); }
.mnc-view code { display: block; background: none; border: 0; padding: 0; color: var(--soft); white-space: normal;
  font: 11.5px/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.mnc-view button, .mnc-view .jupyter-button { font-family: inherit; height: auto; width: auto; margin: 0;
  line-height: 1.35; white-space: normal; overflow: visible; box-shadow: none; color: var(--ink);
  text-overflow: clip; font-size: 13px; }
.mnc-view button:focus-visible, .mnc-view input:focus-visible { outline: 3px solid var(--accent);
  outline-offset: 2px; }

/* the phone */
.mnc-phone { flex: 0 0 336px; width: 336px; min-width: 336px; max-width: 336px; border-radius: 44px; padding: 12px;
  background: var(--edge);
  box-shadow: 0 10px 28px #0003; margin: 0 auto; box-sizing: border-box; }
.mnc-phone.mnc-android { border-radius: 26px; }
.mnc-screen { background: var(--paper); border-radius: 33px; min-height: 600px; padding: 12px 20px 18px;
  box-sizing: border-box; width: 100%; gap: 8px; }
.mnc-android .mnc-screen { border-radius: 16px; }
.mnc-status { display: flex; justify-content: space-between; font-size: 12px; font-weight: 600; padding: 0 4px; }
.mnc-app { display: flex; justify-content: space-between; gap: 8px; font-size: 12px; color: var(--soft); }
.mnc-place { text-align: right; }
.mnc-bar { height: 5px; margin-top: 5px; background: var(--line); border-radius: 3px; }
.mnc-bar i { display: block; height: 5px; background: var(--accent); border-radius: 3px; }
.mnc-title { font-size: 18px; font-weight: 700; line-height: 1.35; margin: 8px 0 6px; }
.mnc-title .mnc-second { font-weight: 600; font-size: 14px; }
.mnc-text { font-size: 13px; } .mnc-text .mnc-second { margin-top: 4px; }
.mnc-notice [role=status] { background: var(--mark); border-left: 4px solid var(--wait); border-radius: 6px;
  padding: 6px 10px; font-size: 13px; }
.mnc-view .mnc-entry { width: 100%; margin: 0; height: auto; display: flex; flex-direction: column;
  align-items: stretch; }
.mnc-view .mnc-entry .widget-label { width: auto; max-width: none; height: auto; line-height: 1.4; font-size: 12.5px;
  white-space: normal; text-align: left; }
.mnc-view .mnc-entry input { min-width: 0; width: 100%; height: 38px !important; border-radius: 9px;
  border: 1px solid var(--soft);
  font-size: 17px; letter-spacing: 2px; background: var(--paper); color: var(--ink); }
.mnc-view .mnc-row { display: flex; flex-flow: row wrap; gap: 6px; width: 100%; }
.mnc-screen .mnc-row:last-child { justify-content: center; }
.mnc-view .mnc-screen .mnc-row:last-child button { font-size: 12.5px; padding: 4px 9px; }
.mnc-view .mnc-quiet { background: transparent; color: var(--accent); border: 1px solid var(--line);
  border-radius: 999px; padding: 4px 12px; }
.mnc-view .mnc-main { background: var(--accent); color: var(--on-accent); border: 0; border-radius: 12px;
  padding: 12px; width: 100%; font-size: 15px; font-weight: 600; margin-top: auto; }
.mnc-card { position: relative; width: 210px; height: 130px; margin: 22px auto 10px; border-radius: 12px; padding: 12px;
  box-sizing: border-box; border: 1px solid #cfd8d3; background: linear-gradient(135deg, #e4f1ea, #f7e6ef);
  color: #26313f; font-size: 12px; }
.mnc-card span { position: absolute; left: 12px; bottom: 12px; font-size: 15px; }
.mnc-chip { display: block; width: 30px; height: 23px; margin-top: 10px; border-radius: 4px; background: #d9b24c; }
.mnc-waves { position: absolute; right: -4px; top: -20px; width: 44px; height: 44px; border-radius: 50%;
  border: 4px solid transparent; border-top-color: var(--accent); border-right-color: var(--accent); }
.mnc-waves::after { content: ""; position: absolute; inset: 7px; border-radius: 50%; border: 4px solid transparent;
  border-top-color: var(--accent); border-right-color: var(--accent); }
.mnc-face { width: 150px; height: 180px; margin: 16px auto 8px; border-radius: 50%; border: 3px dashed var(--soft);
  overflow: hidden; background: var(--wash); display: flex; justify-content: center; align-items: flex-end; }
.mnc-face.mnc-taken { border: 3px solid var(--good); }
.mnc-face img { width: 100%; height: 100%; object-fit: cover; }
.mnc-somebody { width: 110px; height: 60px; border-radius: 55px 55px 0 0; background: var(--soft);
  opacity: .45; position: relative; }
.mnc-somebody::before { content: ""; position: absolute; left: 27px; top: -64px; width: 56px; height: 66px;
  border-radius: 50%; background: var(--soft); }
.mnc-view .mnc-list { list-style: none; margin: 12px 0 0; padding: 0; font-size: 13px; }
.mnc-view .mnc-list li { display: flex; justify-content: space-between; align-items: center; gap: 8px; margin: 0;
  padding: 5px 0; border-bottom: 1px solid var(--line); }
.mnc-pass { margin: 14px 0 4px; border-radius: 14px; overflow: hidden; border: 1px solid #c9d3e2; color: #1d2433;
  background: linear-gradient(160deg, #e7eefb, #fdf1f5); }
.mnc-view .mnc-pass .mnc-second, .mnc-view .mnc-pass small { color: #4a5466; }
.mnc-pass-head { display: flex; justify-content: space-between; padding: 9px 13px; background: #ffffff8a; }
.mnc-pass-body { display: flex; gap: 12px; padding: 12px 13px; }
.mnc-pass-body img { width: 78px; height: 104px; object-fit: cover; border-radius: 8px; background: #fff; }
.mnc-pass strong { font-size: 17px; display: block; } .mnc-pass .mnc-badge { font-size: 13px; }
.mnc-pass .mnc-good { color: #15703f; }
.mnc-pass .mnc-wait { color: #96500a; } .mnc-pass .mnc-bad { color: #b3261e; }

/* the machinery */
.mnc-machinery { flex: 1 1 430px; min-width: 0; gap: 10px; }
.mnc-view .mnc-controls { display: flex; flex-flow: row wrap; gap: 6px;
  align-items: center; width: 100%; height: auto; background: none; margin: 0; }
.mnc-clock { font-variant-numeric: tabular-nums; margin-right: 6px !important; } .mnc-clock b { font-size: 16px; }
.mnc-view .mnc-clock small { display: inline; }
.mnc-view .mnc-pill, .mnc-view .widget-toggle-buttons .jupyter-button { background: var(--paper);
  border: 1px solid var(--line); border-radius: 999px; padding: 4px 12px; }
.mnc-view .widget-toggle-buttons { width: auto; height: auto; margin: 0; overflow: visible; }
.mnc-view .widget-toggle-buttons .jupyter-widget-ToggleButtons-button-container,
.mnc-view .widget-toggle-buttons > div { display: flex; flex-flow: row wrap; gap: 6px; overflow: visible; }
.mnc-view .widget-toggle-buttons .mod-active { background: var(--ink); color: var(--paper);
  border-color: var(--ink); }
.mnc-language { margin-left: auto !important; }
.mnc-what { background: var(--mark); border: 1px solid var(--line); border-radius: 10px; padding: 9px 14px !important;
  width: 100% !important; box-sizing: border-box; min-height: 118px; }
.mnc-view .mnc-tabs { border-bottom: 1px solid var(--line); width: 100%; }
.mnc-view .mnc-tabs .jupyter-button { border: 0; border-bottom: 3px solid transparent; border-radius: 0;
  background: none; padding: 6px 7px; color: var(--soft); }
.mnc-view .mnc-table td:last-child { min-width: 84px; }
.mnc-view .mnc-tabs .jupyter-button.mod-active { background: none; color: var(--ink); font-weight: 700;
  border-bottom-color: var(--accent); }
.mnc-wizard .mnc-panel { min-height: 230px; }
.mnc-view .mnc-what-if { border: 1px solid var(--line); border-radius: 10px; padding: 7px 14px 9px; gap: 6px;
  width: 100%; box-sizing: border-box; }
.mnc-view .mnc-what-if-title { color: var(--soft); font-size: 12.5px; }
.mnc-view .mnc-what-if button:disabled { opacity: .45; }
.mnc-view .mnc-mishaps { align-items: center; gap: 8px; }
.mnc-view .mnc-mishaps .widget-label { width: auto; font-size: 12.5px; }
.mnc-panel { width: 100% !important; max-height: 460px; overflow: auto !important; border: 1px solid var(--line);
  border-radius: 10px; background: var(--paper); }
.mnc-view .mnc-table { border-collapse: collapse; width: 100%; font-size: 12.5px; table-layout: auto; margin: 0; }
.mnc-view .mnc-table th, .mnc-view .mnc-table td { padding: 5px 10px; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; max-width: 330px; white-space: normal; }
.mnc-view .mnc-table .mnc-n { width: 1%; white-space: nowrap; }
.mnc-view .mnc-table th { position: sticky; top: 0; background: var(--wash); color: var(--soft); font-weight: 500; }
.mnc-view .mnc-table tr.mnc-new td { background: var(--new); }
.mnc-view .mnc-note b { display: block; }
.mnc-verdict { padding: 9px 14px; border-bottom: 1px solid var(--line); } .mnc-verdict b { font-size: 15px; }
.mnc-view .mnc-verdict div { margin-bottom: 5px; }
.mnc-never { font-size: 12px; } .mnc-view .mnc-never span { color: var(--wait); }
.mnc-end { font-size: 54px; line-height: 1; text-align: center; margin: 34px 0 12px; }

/* two phones */
.mnc-duo { display: flex; flex-flow: row wrap; gap: 14px; justify-content: center; flex: 0 1 auto; margin: 0 auto; }
.mnc-side { width: 286px; gap: 8px; }
.mnc-side .mnc-phone { flex-basis: auto; width: 286px; min-width: 286px; max-width: 286px; border-radius: 36px;
  padding: 10px; }
.mnc-side .mnc-phone.mnc-android { border-radius: 22px; }
.mnc-side .mnc-screen { min-height: 640px; border-radius: 27px; padding: 12px 16px 14px; }
.mnc-side .mnc-android .mnc-screen { border-radius: 13px; }
.mnc-view .mnc-caption { width: 286px; font-size: 12px; text-align: center; }
.mnc-slot { border: 2px dashed var(--line); border-radius: 14px; padding: 44px 14px; text-align: center;
  color: var(--soft); margin-top: 10px; }
.mnc-dead .mnc-pass-head, .mnc-dead img, .mnc-dead strong { filter: grayscale(1); opacity: .5; }
.mnc-dead { background: #ececee; }
.mnc-said { border-left: 4px solid var(--soft); background: var(--wash); border-radius: 6px; padding: 6px 10px;
  font-size: 12.5px; margin-top: 8px; }
.mnc-said-bad { border-color: var(--bad); background: var(--in-bad); }
.mnc-said-wait { border-color: var(--wait); background: var(--in-wait); }
.mnc-wide { flex: 1 1 100%; min-width: 0; gap: 8px; }
.mnc-heading { font-weight: 700; }
.mnc-now { border: 1px solid var(--line); border-radius: 10px; background: var(--paper); width: 100% !important; }
.mnc-view .mnc-now td, .mnc-view .mnc-now th { width: 33%; }
.mnc-view .mnc-now tbody th { background: none; position: static; }
.mnc-view .mnc-now td.mnc-new { background: var(--new); }

/* a narrow page */
.mnc-view { width: 100%; container-type: inline-size; }
@container (max-width: 800px) {
  .mnc-machinery.widget-vbox { display: contents; }
  .mnc-machinery > * { flex: 1 1 100%; min-width: 0; }
  .mnc-machinery > :is(.mnc-controls, .mnc-what, .mnc-notice) { order: -1; }
  .mnc-machinery > .mnc-what-if { flex: 1 1 200px; width: auto; }
}
"""

PICTURE = f"""<style>{_COLOURS}{_KNOWING}
.mnc-picture {{ background: var(--paper); padding: 4px 2px 8px; }}
.mnc-flow-title {{ font-weight: 700; margin: 8px 2px 6px; }}
.mnc-picture .mnc-flow {{ list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(168px, 1fr));
  gap: 10px 22px; margin: 0 !important; padding: 0 18px 0 0 !important; }}
.mnc-picture .mnc-flow li {{ position: relative; border: 1px solid var(--line); border-radius: 10px; padding: 7px 10px;
  margin: 0; background: var(--paper); font-size: 12.5px; line-height: 1.4; }}
.mnc-picture .mnc-flow li > b {{ float: right; margin-left: 6px; font-size: 14px; }}
.mnc-picture .mnc-flow li > b + div {{ font-weight: 600; }} .mnc-picture .mnc-flow .mnc-second {{ font-weight: 400; }}
.mnc-picture .mnc-flow em {{ display: block; font-style: normal; color: var(--accent); margin: 3px 0; }}
.mnc-picture .mnc-flow-on li::after {{ content: "→"; position: absolute; right: -18px; top: 5px; color: var(--soft); }}
.mnc-picture .mnc-flow-on li:last-child::after {{ content: "→ A"; right: -32px; }}
</style>"""
"""The style of a picture, which stands in the saved notebook."""

STYLE = f"<style>{_COLOURS}{_KNOWING}{_VIEWS}</style>"
"""The style of a view, which travels with its widgets."""
