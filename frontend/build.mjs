// Builds what the browser needs from npm packages into wasl/web/static/vendor (ignored by git, made by `npm run build`):
// htmx, idiomorph, Leaflet, the typeface, one sprite of the icons named in icons.txt, axe for the tests, the licences
// of all of them and a list of checksums. The product itself never asks a foreign host for any of it.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const out = join(root, "wasl/web/static/vendor");
const WEIGHTS = [400, 500, 600, 700];
const SCRIPTS = ["arabic", "latin"];
const PACKAGES = ["htmx.org", "idiomorph", "leaflet", "lucide-static", "@fontsource/ibm-plex-sans-arabic", "axe-core"];

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "fonts"), { recursive: true });
await Promise.all([scripts(), leaflet(), fonts(), icons(), licences()]);
const count = await checksums();
console.log(`${count} files in ${relative(root, out)}`);

async function scripts() {
  await cp(join(modules, "htmx.org/dist/htmx.min.js"), join(out, "htmx.js"));
  await cp(join(modules, "idiomorph/dist/idiomorph-ext.min.js"), join(out, "idiomorph.js"));
  await cp(join(modules, "axe-core/axe.min.js"), join(out, "axe.js"));
}

async function leaflet() {
  await build({
    entryPoints: [join(modules, "leaflet/dist/leaflet-src.esm.js")],
    outfile: join(out, "leaflet.js"), bundle: true, minify: true, format: "esm", legalComments: "inline", logLevel: "error",
  });
  const css = await readFile(join(modules, "leaflet/dist/leaflet.css"), "utf8");
  // In a layer of its own, so that the kit has the last word on looks.
  await writeFile(join(out, "leaflet.css"), (await transform(`@layer leaflet {${css}}`, { loader: "css", minify: true })).code);
  await cp(join(modules, "leaflet/dist/images"), join(out, "images"), { recursive: true });
}

async function fonts() {
  const from = join(modules, "@fontsource/ibm-plex-sans-arabic/files");
  for (const script of SCRIPTS)
    for (const weight of WEIGHTS)
      await cp(join(from, `ibm-plex-sans-arabic-${script}-${weight}-normal.woff2`), join(out, `fonts/plex-${script}-${weight}.woff2`));
}

async function icons() {
  const names = (await readFile(join(root, "frontend/icons.txt"), "utf8")).split("\n").map((line) => line.trim());
  const symbols = [];
  for (const name of names.filter((line) => line && !line.startsWith("#"))) {
    const svg = await readFile(join(modules, `lucide-static/icons/${name}.svg`), "utf8");
    const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").replace(/> </g, "><").replaceAll(" />", "/>").trim()}</symbol>`);
  }
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

async function licences() {
  const parts = [];
  for (const name of PACKAGES) {
    const about = JSON.parse(await readFile(join(modules, name, "package.json"), "utf8"));
    const text = await readFile(join(modules, name, "LICENSE"), "utf8");
    parts.push(`${about.name} ${about.version} (${about.license})\n${"=".repeat(72)}\n${text.trim()}\n`);
  }
  await writeFile(join(out, "LICENCES.txt"), parts.join("\n\n"));
}

async function checksums() {
  const lines = [];
  for (const entry of (await readdir(out, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    lines.push(`${createHash("sha256").update(await readFile(path)).digest("hex")}  ${relative(out, path)}`);
  }
  lines.sort((a, b) => a.slice(66).localeCompare(b.slice(66)));
  await writeFile(join(out, "SHA256SUMS"), `${lines.join("\n")}\n`);
  return lines.length;
}
