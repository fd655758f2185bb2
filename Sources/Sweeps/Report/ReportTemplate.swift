/// The report's template (Mustache): nothing in it comes from anywhere else.
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
    \(ReportStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    <header>
    <h1>{{title}}</h1>
    {{#state}}<p class="state">{{.}}</p>{{/state}}
    <p class="summary">{{summary}}</p>
    {{#lessons}}<p>{{.}}</p>
    {{/lessons}}
    <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
    </header>

    <section>
    <h2>Ranking</h2>
    <div class="{{table.style}}">
    <table class="ranking">
    <thead><tr>{{#table.columns}}<th scope="col" class="{{style}}">{{title}}</th>{{/table.columns}}</tr></thead>
    <tbody>
    {{#table.rows}}<tr class="{{style}}">{{#cells}}<td class="{{style}}" data-label="{{label}}" data-key="{{key}}"><span>{{#link}}<a href="{{.}}">{{/link}}{{text}}{{#link}}</a>{{/link}}{{#detail}} <small>{{.}}</small>{{/detail}}</span>{{{drawing}}}</td>{{/cells}}</tr>
    {{/table.rows}}
    </tbody>
    </table>
    </div>
    </section>

    {{#settings}}
    <section>
    <h2>{{title}}</h2>
    <pre>{{command}}</pre>
    <p>As <code>generation_config.json</code>:</p>
    <pre>{{configuration}}</pre>
    {{#note}}<p>{{.}}</p>{{/note}}
    </section>
    {{/settings}}

    {{#importance}}
    <section>
    <h2>What matters</h2>
    <p>{{caption}}</p>
    <div class="bars">
    {{#bars}}<div class="bar"><span class="name">{{name}}</span><span class="track"><span class="fill" style="width:{{share}}"></span>{{#interval}}<span class="whisker" style="left:{{start}};width:{{width}}"></span>{{/interval}}</span><span class="value">{{note}}</span></div>
    {{/bars}}
    </div>
    {{#remarks}}<p>{{.}}</p>
    {{/remarks}}
    </section>
    {{/importance}}

    {{#parameters}}
    <section>
    <h2>Parameters and result</h2>
    <p>{{caption}}</p>
    <div class="figures">{{#figures}}<figure>{{{drawing}}}</figure>{{/figures}}</div>
    </section>
    {{/parameters}}

    {{#heat}}
    <section>
    <h2>Two parameters together</h2>
    <p>{{caption}}</p>
    {{#map}}
    <div class="wide">
    <table class="heat">
    <thead><tr><th scope="col">{{rowName}} ↓ {{columnName}} →</th>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#lines}}<tr><th scope="row">{{label}}</th>{{#cells}}<td class="{{style}}">{{text}}<small>{{count}}</small></td>{{/cells}}</tr>
    {{/lines}}
    </tbody>
    </table>
    </div>
    {{/map}}
    </section>
    {{/heat}}

    {{#expected}}
    <section>
    <h2>Methods at equal numbers of settings</h2>
    <p>{{caption}}</p>
    <figure>{{{drawing}}}</figure>
    <ul class="legend">{{#legend}}<li class="{{style}}">{{name}}</li>{{/legend}}</ul>
    </section>
    {{/expected}}

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
    <p>{{caption}}</p>
    <figure>{{{drawing}}}</figure>
    </section>
    {{/pareto}}

    {{#history}}
    <section>
    <h2>History</h2>
    <p>{{caption}}</p>
    <figure>{{{drawing}}}</figure>
    </section>
    {{/history}}

    <section>
    <h2>Texts</h2>
    <p>All texts of each trial beside the baseline's of the same prompt and sample. Marked words are those that the other text lacks.</p>
    {{#texts}}
    <details id="trial-{{id}}"{{#isOpen}} open{{/isOpen}}>
    <summary>{{title}}</summary>
    <pre>{{command}}</pre>
    {{#prompts}}
    <article>
    <h3>{{prompt}}</h3>
    {{#hasReference}}<p class="reference"><span>Reference</span> {{reference}}</p>{{/hasReference}}
    {{#samples}}<div class="texts"><div><h4>{{title}}</h4><p class="text">{{#own}}{{#isChanged}}<mark>{{text}}</mark>{{/isChanged}}{{^isChanged}}{{text}}{{/isChanged}}{{/own}}</p>{{#remark}}<p class="score">{{.}}</p>{{/remark}}</div>{{#hasOther}}<div><h4>Baseline</h4><p class="text">{{#other}}{{#isChanged}}<mark>{{text}}</mark>{{/isChanged}}{{^isChanged}}{{text}}{{/isChanged}}{{/other}}</p></div>{{/hasOther}}</div>
    {{/samples}}
    </article>
    {{/prompts}}
    </details>
    {{/texts}}
    </section>

    <footer>
    <h2>Notes</h2>
    <ul>{{#notes}}<li>{{.}}</li>
    {{/notes}}</ul>
    </footer>
    </main>
    <script>
    \(ReportScript.sorting)
    </script>
    </body>
    </html>

    """
}
