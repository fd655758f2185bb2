/// The report's template (Mustache), with its style sheet: nothing in it comes from anywhere else.
enum ReportTemplate {
  static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{{title}}: sweep report</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>{{title}}</h1>
    <p class="summary">{{summary}}</p>
    <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
    </header>

    <section>
    <h2>Ranking</h2>
    <div class="wide">
    <table class="ranking">
    <thead><tr>{{#table.header}}<th scope="col">{{.}}</th>{{/table.header}}</tr></thead>
    <tbody>
    {{#table.rows}}<tr{{#isBaseline}} class="baseline"{{/isBaseline}}>{{#cells}}<td>{{text}}{{{drawing}}}</td>{{/cells}}</tr>
    {{/table.rows}}
    </tbody>
    </table>
    </div>
    </section>

    {{#settings}}
    <section>
    <h2>Settings of the best trial</h2>
    <pre>{{command}}</pre>
    <p>As <code>generation_config.json</code>:</p>
    <pre>{{configuration}}</pre>
    </section>
    {{/settings}}

    {{#importance}}
    <section>
    <h2>What matters</h2>
    <p>The share of the differences between trials that goes with each parameter. Shares of parameters that were not varied independently overlap.</p>
    <figure class="wide">{{{.}}}</figure>
    </section>
    {{/importance}}

    {{#parallel}}
    <section>
    <h2>Parameters and result</h2>
    <p>A line for each trial; the darker, the better. A dash is where a parameter has no effect.</p>
    <figure class="wide">{{{.}}}</figure>
    </section>
    {{/parallel}}

    {{#heat}}
    <section>
    <h2>Two parameters together</h2>
    <p>The mean over all trials with both values; the darker, the better.</p>
    <figure class="wide">{{{.}}}</figure>
    </section>
    {{/heat}}

    {{#curves}}
    <section>
    <h2>{{title}}</h2>
    <p>{{summary}} The line is exact at every temperature drawn; the band holds the whole line with 95 %, had other prompts of the kind been drawn. The bar at the point is the interval of that temperature alone.</p>
    <figure class="wide">{{{drawing}}}</figure>
    </section>
    {{/curves}}

    {{#pareto}}
    <section>
    <h2>Quality and diversity</h2>
    <p>A point for each trial. Of those on the line, no other trial is better in both; numbers are those of the trials.</p>
    <figure class="wide">{{{.}}}</figure>
    </section>
    {{/pareto}}

    <section>
    <h2>Texts</h2>
    {{#texts}}
    <article>
    <h3>{{prompt}}</h3>
    {{#hasReference}}<p class="reference"><span>Reference</span> {{reference}}</p>{{/hasReference}}
    <div class="texts">
    {{#cells}}<div><h4>{{title}}</h4><p class="text">{{text}}</p><p class="score">{{score}}</p></div>
    {{/cells}}
    </div>
    </article>
    {{/texts}}
    </section>

    <footer>
    <h2>Notes</h2>
    <ul>{{#notes}}<li>{{.}}</li>
    {{/notes}}</ul>
    </footer>
    </main>
    </body>
    </html>

    """

  private static let style = """
    :root { --ink: #1b1f24; --soft: #5b6570; --rule: #d7dce1; --ground: #ffffff; --panel: #f5f7f9; --accent: #08519c; --mark: #b35900; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8eaed; --soft: #a3adb8; --rule: #3a424b; --ground: #14171a; --panel: #1d2226; --accent: #7fb8ea; --mark: #f0a35e; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
    main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1 { font-size: 1.8rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--rule); padding-bottom: .25rem; }
    h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; white-space: pre-wrap; overflow-wrap: anywhere; }
    h4 { font-size: .8rem; margin: 0 0 .25rem; color: var(--soft); font-weight: 600; }
    p { margin: .25rem 0 .75rem; max-width: 46rem; }
    .summary { font-size: 1.1rem; }
    .facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0 0; }
    .facts dt { color: var(--soft); font-size: .8rem; }
    .facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .wide { overflow-x: auto; }
    figure { margin: .5rem 0; }
    figure svg { display: block; width: 100%; height: auto; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
    th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
    td svg { display: block; width: 140px; height: 18px; margin-left: auto; }
    tr.baseline td { background: var(--panel); }
    pre { background: var(--panel); padding: .75rem 1rem; border-radius: .4rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
    .texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
    .texts > div { background: var(--panel); border-radius: .4rem; padding: .75rem 1rem; }
    .text { white-space: pre-wrap; overflow-wrap: anywhere; }
    .reference span, .score { color: var(--soft); font-size: .8rem; }
    .score { margin: 0; }
    footer ul { padding-left: 1.2rem; color: var(--soft); font-size: .9rem; }
    svg text { fill: var(--ink); font-size: 13px; }
    svg text.tick { fill: var(--soft); font-size: 12px; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
    svg text.on-dark { fill: #ffffff; } svg text.on-pale { fill: #1b1f24; }
    svg .axis { stroke: var(--soft); } svg .grid { stroke: var(--rule); }
    svg .trial { fill: none; stroke-width: 2; } svg .trial:hover { stroke-width: 5; }
    svg .curve { fill: none; stroke: var(--accent); stroke-width: 1.2; }
    svg .band { fill: var(--accent); opacity: 0.15; stroke: none; }
    svg .reference { stroke: var(--soft); stroke-dasharray: 2 3; }
    svg .front { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 4 3; }
    svg .point { fill: var(--soft); } svg .best { fill: var(--accent); }
    svg .interval { stroke: var(--accent); stroke-width: 2; } svg .reference { stroke: var(--mark); stroke-dasharray: 2 2; }
    svg .track, svg .empty { fill: var(--panel); stroke: var(--rule); } svg .bar { fill: var(--accent); }
    @media (prefers-color-scheme: dark) { svg .trial { filter: brightness(1.6) saturate(.8); } }
    @media print {
      :root { --ink: #000; --soft: #444; --rule: #bbb; --ground: #fff; --panel: #f4f4f4; --accent: #08519c; --mark: #b35900; }
      body { font-size: 11px; } main { max-width: none; padding: 0; }
      .wide { overflow: visible; } figure svg { min-width: 0 !important; } table { font-size: 9px; } th, td { padding: .15rem .3rem; }
      section, article, figure { break-inside: avoid; } section:has(table), section:has(article) { break-inside: auto; } tr { break-inside: avoid; }
    }
    """
}
