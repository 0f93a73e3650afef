extension HTMLPage {
  /// How a page looks: on a telephone and on a wall, in light and in dark, and on paper.
  ///
  /// All colours of texts have a contrast of at least 4.5 : 1 to what is behind them (Web Content
  /// Accessibility Guidelines 2.2, 1.4.3); where a colour says something, a word does so beside it.
  static let style = """
    :root{--page:#fff;--text:#1c2128;--quiet:#525b66;--line:#d0d7de;--raised:#f4f6f8;--link:#0a4fa8;\
    --bad:#a30d25;--bad-back:#fdecee;--undecided:#744800;--undecided-back:#fdf3dc;--good:#0e5a2a;\
    --good-back:#e6f5ea;color-scheme:light dark}
    @media (prefers-color-scheme:dark){:root{--page:#0e1217;--text:#e5ebf1;--quiet:#a3adb8;--line:#343c46;\
    --raised:#171d25;--link:#83bdff;--bad:#ff9b98;--bad-back:#341519;--undecided:#ecc15c;\
    --undecided-back:#2d230b;--good:#79e092;--good-back:#0f2b18}}
    *{box-sizing:border-box}
    html{font:clamp(1rem,.62rem + .4vw,1.5rem)/1.5 system-ui,sans-serif;scroll-padding-top:1rem}
    body{margin:0 auto;max-width:100rem;padding:0 clamp(.8rem,3vw,3rem) 3rem;background:var(--page);\
    color:var(--text);overflow-wrap:anywhere}
    h1{font-size:1.5rem;line-height:1.25;margin:1.2rem 0 .6rem}
    h2{font-size:1.2rem;line-height:1.3;margin:2rem 0 .6rem}
    h3{font-size:1rem;margin:1.2rem 0 .4rem}
    p{margin:.4rem 0;max-width:70em}
    a{color:var(--link);text-underline-offset:.15em}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}
    main:focus{outline:none}
    .skip{position:absolute;left:.5rem;top:-5rem;padding:.5rem 1rem;background:var(--page);z-index:2}
    .skip:focus{top:.5rem}
    .answer{font-size:1.1rem;padding:.7rem 1rem;border:1px solid var(--line);border-left:.4rem solid;\
    background:var(--raised)}
    .answer strong,.note strong{margin-right:.4em}
    .answer.bad{border-left-color:var(--bad);background:var(--bad-back)}
    .answer.undecided{border-left-color:var(--undecided);background:var(--undecided-back)}
    .answer.good{border-left-color:var(--good);background:var(--good-back)}
    .bad strong,td.bad,th.bad{color:var(--bad);font-weight:600}
    .undecided strong,td.undecided{color:var(--undecided)}
    .good strong,td.good{color:var(--good)}
    .note{padding:.4rem 1rem;border-left:.25rem solid var(--undecided)}
    .note strong{color:var(--undecided)}
    nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;list-style:none;margin:.8rem 0 0;padding:0;\
    font-size:.9rem}
    nav a{display:inline-block;padding:.25rem 0}
    ul{padding-left:1.2rem;margin:.4rem 0;max-width:75em}
    li{margin:.2rem 0}
    ul.remarks{list-style:none;padding:0}
    .remarks li{margin:.5rem 0;padding:.2rem .8rem;border-left:.25rem solid var(--line)}
    .remarks li.bad{border-color:var(--bad)}
    .remarks li.undecided{border-color:var(--undecided)}
    code,pre{font:.85em/1.5 ui-monospace,monospace}
    code{background:var(--raised);padding:.1em .35em;border-radius:.2em}
    code.command{user-select:all}
    pre{overflow:auto;max-height:20rem;margin:.4rem 0;padding:.5rem;background:var(--raised);\
    white-space:pre-wrap}
    .scroll{overflow-x:auto;max-width:100%;margin:.6rem 0}
    table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
    caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    th,td{padding:.28rem .7rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);\
    vertical-align:top}
    th{font-weight:600}
    tbody th{font-weight:500}
    thead th{color:var(--quiet);vertical-align:bottom}
    .t,tbody th{text-align:left;white-space:normal;max-width:48rem}
    th.t,tbody th{min-width:6rem;max-width:24rem}
    th.n,th.n.t{text-align:right;min-width:0}
    th:first-child{position:sticky;left:0;background:var(--page)}
    tbody tr:hover>*{background:var(--raised)}
    tr:target>*,tr.target>*{background:var(--undecided-back)}
    th button{all:unset;cursor:pointer;color:inherit;text-decoration:underline dotted;\
    text-underline-offset:.2em}
    th button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
    th button::after{content:"\\2003"}
    th[aria-sort=ascending] button::after{content:" \\25B2"}
    th[aria-sort=descending] button::after{content:" \\25BC"}
    details{margin:.4rem 0}
    summary{cursor:pointer;padding:.25rem 0;color:var(--link)}
    figure{margin:1rem 0}
    @media (min-width:56rem){figure{display:inline-block;vertical-align:top;width:30rem;margin-right:2rem}}
    .guide{font-size:.9rem}
    figcaption{font-weight:600}
    figure svg{display:block;max-width:100%;height:auto}
    .tools{margin:1.2rem 0 0}
    input{font:inherit;color:inherit;background:var(--page);border:1px solid var(--quiet);\
    padding:.3rem .5rem;max-width:100%}
    #found{color:var(--quiet)}
    footer{margin-top:3rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.9rem}
    [hidden]{display:none!important}
    @media (max-width:40rem){th:first-child{max-width:42vw}th,td{padding:.28rem .45rem}\
    nav ul{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap}}
    @media print{:root{--page:#fff;--text:#000;--quiet:#333;--raised:#fff;--link:#000}
    body{max-width:none;padding:0;font-size:9pt}nav,.skip,.tools{display:none}
    .scroll{overflow:visible}th,td{white-space:normal;padding:.1rem .3rem}tr,figure,li{break-inside:avoid}
    h2,h3{break-after:avoid}thead{display:table-header-group}}
    """
}
