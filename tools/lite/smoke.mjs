// Run a Python program in Pyodide, with the packages of a site: node smoke.mjs SITE/static/pyodide PROGRAM.py
// What the program prints is what this prints; a package whose octets are not those of the lock is refused.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: `${folder}/`, env: { HOME: "/home/pyodide", MYNA_LAB_LANGUAGE: "en" } });
const program = readFileSync(file, "utf8");
await pyodide.loadPackagesFromImports(program, { messageCallback: () => {} });
try {
  pyodide.runPython(program);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
