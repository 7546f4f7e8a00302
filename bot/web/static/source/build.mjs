// Builds the console's style sheets and script into the folder above: `make assets`, after a change in here.
// What comes out is committed, so that nobody needs npm to set Awaaz up.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [source, modules] = process.argv.slice(2);
const load = createRequire(pathToFileURL(join(modules, "package.json")));
const { buildSync } = load("esbuild");
const postcss = load("postcss");
const rtlcss = load("rtlcss");
const sass = load("sass");
const out = dirname(source);

// The package of NHS.UK frontend names its licence and leaves the text in its repository.
const MIT = readFileSync(join(source, "nhsuk-frontend-licence.txt"), "utf8").trim();

// Dark pages: NHS.UK frontend has none. Where a rule paints on the page's own surface, its colour becomes a
// property that `console.scss` gives two values; a rule that brings its own background is left as it is.
const SURFACES = { "#fff": "surface", "#f0f4f5": "page", "#d8dde0": "line" };
const INKS = { "#212b32": "ink", "#4c6272": "soft", "#0b5f66": "link", "#330072": "visited", "#7c2855": "hover",
  "#063033": "active", "#d5281b": "error" };
const LINES = { "#d8dde0": "line", "#aeb7bd": "edge", "#4c6272": "input", "#212b32": "ink", "#d5281b": "error",
  "#0b5f66": "link" };
const swap = (declaration, table) => {
  declaration.value = declaration.value.replace(/#[0-9a-f]{3,6}\b/gi, (hex) => {
    const name = table[hex.toLowerCase()];
    return name ? `var(--${name})` : hex;
  });
};
const twoThemes = (root) => root.walkRules((rule) => {
  const own = rule.nodes.filter((node) => node.type === "decl");
  const painted = own.filter((node) => /^background(-color)?$/.test(node.prop));
  const focused = own.some((node) => node.value.includes("#ffeb3b"));
  const coloured = painted.some((node) => /#[0-9a-f]{3,6}\b/i.test(node.value)
    && !/#(fff|f0f4f5|d8dde0)\b/i.test(node.value));
  if (focused || coloured) return;
  for (const declaration of own) {
    if (painted.includes(declaration)) swap(declaration, SURFACES);
    else if (/^(color|fill)$/.test(declaration.prop)) swap(declaration, INKS);
    else if (/border|shadow|outline|text-decoration/.test(declaration.prop)) swap(declaration, LINES);
  }
});

const compiled = sass.compile(join(source, "console.scss"), {
  loadPaths: [join(modules, "node_modules")], quietDeps: true, silenceDeprecations: ["import"],
}).css;
const themed = postcss.parse(compiled);
twoThemes(themed);
// Pictures of parts that we do not use: nothing may be asked for that is not there.
themed.walkDecls((declaration) => { if (/url\(["']?\/assets/.test(declaration.value)) declaration.remove(); });
const minify = (css) => buildSync({
  stdin: { contents: css, loader: "css" }, minify: true, write: false, target: ["chrome100", "safari15", "firefox100"],
}).outputFiles[0].text;
writeFileSync(join(out, "console.css"), minify(themed.toString()));
writeFileSync(join(out, "console-rtl.css"), minify(rtlcss.process(themed.toString())));

const script = buildSync({
  entryPoints: [join(source, "console.js")], bundle: true, minify: true, write: false, format: "iife",
  nodePaths: [join(modules, "node_modules")], target: ["chrome100", "safari15", "firefox100"], legalComments: "none",
}).outputFiles[0].text;
writeFileSync(join(out, "console.js"), script);

const names = ["nhsuk-frontend", "htmx.org"];
const licences = names.map((name) => {
  const folder = join(modules, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  let text = "";
  try { text = readFileSync(join(folder, "LICENSE"), "utf8").trim(); } catch { text = MIT; }
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(out, "LICENCES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
