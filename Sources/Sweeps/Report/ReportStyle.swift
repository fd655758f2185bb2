/// The page's style sheet: for wide and narrow screens, light and dark ones, and paper.
enum ReportStyle {
  static let sheet = """
    :root { --ink: #1b1f24; --soft: #5b6570; --rule: #d7dce1; --ground: #ffffff; --panel: #f5f7f9; --better: #0b62b5; --worse: #b35900; --mark: #ffe9a8; --line-0: #0b62b5; --line-1: #b35900; --line-2: #2e7d32; --line-3: #8e24aa; --line-4: #00838f; --line-5: #6d4c41; --better-1: #d3e5f7; --better-2: #8fbfe9; --worse-1: #fbe3c8; --worse-2: #f2b877; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8eaed; --soft: #a3adb8; --rule: #3a424b; --ground: #14171a; --panel: #1d2226; --better: #7fb8ea; --worse: #f0a35e; --mark: #5a4a12; --line-0: #7fb8ea; --line-1: #f0a35e; --line-2: #81c784; --line-3: #ce93d8; --line-4: #4dd0e1; --line-5: #bcaaa4; --better-1: #1d3a56; --better-2: #2b659c; --worse-1: #4c3215; --worse-2: #8a5518; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    a { color: var(--better); }
    h1 { font-size: 1.8rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--rule); padding-bottom: .25rem; }
    h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
    h4 { font-size: .8rem; margin: 0 0 .25rem; color: var(--soft); font-weight: 600; }
    p { margin: .25rem 0 .75rem; max-width: 46rem; }
    small { color: var(--soft); font-size: .8em; }
    .summary { font-size: 1.1rem; }
    .state { border-left: 4px solid var(--worse); padding: .25rem .75rem; background: var(--panel); }
    .facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0 0; }
    .facts dt { color: var(--soft); font-size: .8rem; }
    .facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .wide { overflow-x: auto; }
    .long { max-height: 80vh; overflow-y: auto; border: 1px solid var(--rule); }
    figure { margin: .5rem 0; }
    figure svg { display: block; width: 100%; height: auto; }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1rem; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .3rem .5rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
    th { color: var(--soft); font-weight: 600; vertical-align: bottom; overflow-wrap: anywhere; }
    .ranking { width: 100%; }
    .ranking thead th { position: sticky; top: 0; background: var(--ground); }
    .ranking .number { white-space: nowrap; }
    .ranking .settings { text-align: left; min-width: 11rem; overflow-wrap: anywhere; }
    .sortable thead th { cursor: pointer; text-decoration: underline dotted; text-underline-offset: .25em; }
    th[aria-sort="ascending"]::after { content: " ▲"; } th[aria-sort="descending"]::after { content: " ▼"; }
    select.sort { display: none; font: inherit; margin: .5rem 0; }
    td svg { display: block; width: 120px; height: 16px; margin-left: auto; }
    tr.baseline td { background: var(--panel); }
    pre { background: var(--panel); padding: .75rem 1rem; border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
    .bars { max-width: 46rem; }
    .bar { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr minmax(7rem, auto); gap: .75rem; align-items: center; margin: .35rem 0; font-size: .9rem; }
    .bar .name { text-align: right; overflow-wrap: anywhere; }
    .bar .value { font-variant-numeric: tabular-nums; color: var(--soft); }
    .track { position: relative; height: 1.1rem; background: var(--panel); border: 1px solid var(--rule); }
    .fill { position: absolute; inset: 0 auto 0 0; background: var(--better); opacity: .75; }
    .whisker { position: absolute; top: calc(50% - 1px); height: 2px; min-width: 2px; background: var(--ink); }
    .heat td, .heat th { text-align: center; border: 1px solid var(--ground); min-width: 4rem; }
    .heat td small { display: block; }
    .heat .even { background: var(--panel); } .heat .better-1 { background: var(--better-1); } .heat .better-2 { background: var(--better-2); }
    .heat .worse-1 { background: var(--worse-1); } .heat .worse-2 { background: var(--worse-2); }
    .heat .better-2 small, .heat .worse-2 small { color: var(--ink); }
    .legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; font-size: .9rem; }
    .legend li::before { content: ""; display: inline-block; width: 1.2rem; height: 0; border-top: 3px solid; margin-right: .4rem; vertical-align: middle; }
    .legend .line-0::before { border-color: var(--line-0); } .legend .line-1::before { border-color: var(--line-1); } .legend .line-2::before { border-color: var(--line-2); } .legend .line-3::before { border-color: var(--line-3); } .legend .line-4::before { border-color: var(--line-4); } .legend .line-5::before { border-color: var(--line-5); }
    details { border-top: 1px solid var(--rule); padding: .4rem 0; }
    details > summary { cursor: pointer; overflow-wrap: anywhere; }
    .texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; margin: .5rem 0; }
    .texts > div { background: var(--panel); border-radius: .4rem; padding: .75rem 1rem; }
    .text { white-space: pre-wrap; overflow-wrap: anywhere; max-width: none; }
    mark { background: var(--mark); color: inherit; border-radius: .2em; }
    .reference span, .score { color: var(--soft); font-size: .8rem; }
    .score { margin: 0; }
    footer ul { padding-left: 1.2rem; color: var(--soft); font-size: .9rem; }
    svg text { fill: var(--ink); font-size: 13px; }
    svg text.tick { fill: var(--soft); font-size: 12px; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
    svg .axis { stroke: var(--soft); } svg .grid { stroke: var(--rule); }
    svg .mean { stroke: var(--ink); stroke-width: 2; }
    svg .front { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 4 3; }
    svg .point { fill: var(--soft); fill-opacity: .8; stroke: var(--ground); stroke-width: .5; }
    svg .point.better { fill: var(--better); } svg .point.worse { fill: var(--worse); }
    svg .interval { stroke: var(--soft); stroke-width: 2; } svg .interval.better { stroke: var(--better); } svg .interval.worse { stroke: var(--worse); }
    svg .reference { stroke: var(--soft); stroke-dasharray: 3 3; }
    svg .curve { fill: none; stroke: var(--line-0); stroke-width: 1.5; }
    svg .band { fill: var(--line-0); opacity: .18; stroke: none; }
    svg .best { fill: var(--ink); }
    figure.wide svg { min-width: 34rem; }
    svg .line { fill: none; stroke-width: 2; }
    svg .line-0 { stroke: var(--line-0); } svg .line-1 { stroke: var(--line-1); } svg .line-2 { stroke: var(--line-2); } svg .line-3 { stroke: var(--line-3); } svg .line-4 { stroke: var(--line-4); } svg .line-5 { stroke: var(--line-5); }
    svg .dot { fill: var(--ground); stroke-width: 2; }
    @media (max-width: 40rem) {
      .sortable { margin-top: 0; } select.sort { display: block; }
      .ranking, .ranking tbody, .ranking tr, .ranking td { display: block; }
      .ranking thead { display: none; }
      .ranking tr { border-bottom: 2px solid var(--rule); padding: .5rem 0; }
      .ranking td, .ranking .settings { border: 0; text-align: left; padding: .1rem .25rem; display: flex; flex-wrap: wrap; gap: .25rem .75rem; min-width: 0; white-space: normal; }
      .ranking td::before { content: attr(data-label); color: var(--soft); flex: 0 0 7.5rem; overflow-wrap: anywhere; }
      .ranking td > span { flex: 1 1 8rem; }
      td svg { margin-left: 8.25rem; }
      .bar { grid-template-columns: 1fr auto; } .bar .name { text-align: left; } .bar .track { grid-column: 1 / 3; grid-row: 2; }
    }
    @media print {
      :root { --ink: #000; --soft: #444; --rule: #bbb; --ground: #fff; --panel: #f4f4f4; --better: #0b62b5; --worse: #b35900; --mark: #ffe9a8; --line-0: #0b62b5; --line-1: #b35900; --line-2: #2e7d32; --line-3: #8e24aa; --line-4: #00838f; --line-5: #6d4c41; --better-1: #d3e5f7; --better-2: #8fbfe9; --worse-1: #fbe3c8; --worse-2: #f2b877; }
      body { font-size: 11px; } main { max-width: none; padding: 0; } select.sort { display: none !important; }
      .wide, .long { overflow: visible; max-height: none; border: 0; } table { font-size: 9.5px; } th, td { padding: .15rem .3rem; }
      .ranking thead th { position: static; } .ranking .settings { min-width: 0; } td svg { width: 80px; height: 12px; }
      .figures { grid-template-columns: repeat(3, 1fr); } figure svg { max-width: 11cm !important; min-width: 0 !important; }
      mark, .heat td, .fill, tr.baseline td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      section, article, figure { break-inside: avoid; } section:has(table), section:has(article) { break-inside: auto; } tr { break-inside: avoid; }
      details:not([open]) { display: none; }
    }
    """
}
