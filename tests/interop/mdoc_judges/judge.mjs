// What @auth0/mdl, @owf/mdoc and @hpke/core say of cases; one JSON object each way.
//
//   node judge.mjs < cases.json > verdicts.json
//
// A case: {kind, now, ...octets in hexadecimal}. "response" is judged by both verifiers, "request" and "envelope" by one.
import { createHash, createPublicKey, hkdfSync, randomBytes, verify as verifySignature, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

const input = JSON.parse(readFileSync(0, "utf8"));
// Both verifiers read the computer's clock; the emulated one is simulated.
const RealDate = Date;
let now = RealDate.now();
globalThis.Date = class extends RealDate {
  constructor(...args) { args.length ? super(...args) : super(now); }
  static now() { return now; }
};
const { Verifier: Auth0Verifier } = await import("@auth0/mdl");
const owf = await import("@owf/mdoc");
const hpke = await import("@hpke/core");

const octets = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

async function auth0(one) {
  const failed = [];
  let passed = 0;
  const onCheck = (check, byDefault) => {
    if (check.status === "PASSED") passed += 1; else failed.push(`${check.category}: ${check.check}`);
    return undefined;
  };
  try {
    const verifier = new Auth0Verifier(one.anchors);
    await verifier.verify(Buffer.from(one.response, "hex"), {
      encodedSessionTranscript: Buffer.from(one.transcript_wrapped, "hex"),
      ephemeralReaderKey: one.reader_key ? Buffer.from(one.reader_key, "hex") : undefined,
      onCheck,
    });
  } catch (error) {
    failed.push(`threw: ${error.message}`);
  }
  return { passed, failed };
}

// The crypto that @owf/mdoc leaves to its caller, by Node's own.
const jwk = (key) => createPublicKey({ key: key.jwk, format: "jwk" });
const context = {
  crypto: {
    random: (length) => randomBytes(length),
    digest: ({ digestAlgorithm, bytes }) => createHash(digestAlgorithm.replace("-", "").toLowerCase()).update(bytes).digest(),
    calculateEphemeralMacKey: () => { throw new Error("MAC is not judged by @owf/mdoc"); },
  },
  cose: {
    sign1: {
      sign: () => { throw new Error("only verifying"); },
      verify: ({ key, sign1 }) =>
        verifySignature("sha256", sign1.toBeSigned, { key: jwk(key), dsaEncoding: "ieee-p1363" }, sign1.signature),
    },
    mac0: { sign: () => { throw new Error("only verifying"); }, verify: () => false },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) =>
      new X509Certificate(certificate).issuer.split("\n").filter((line) => line.startsWith(`${field}=`)).map((line) => line.slice(field.length + 1)),
    getPublicKey: ({ certificate }) => owf.CoseKey.fromJwk(new X509Certificate(certificate).publicKey.export({ format: "jwk" })),
    verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
      const leaf = new X509Certificate(x5chain[0]);
      const root = trustedCertificates.map((der) => new X509Certificate(der)).find((each) => leaf.checkIssued(each) && leaf.verify(each.publicKey));
      if (!root) throw new Error("no path to a trusted root");
    },
    getCertificateData: ({ certificate }) => {
      const read = new X509Certificate(certificate);
      return {
        issuerName: read.issuer, subjectName: read.subject, serialNumber: read.serialNumber, thumbprint: read.fingerprint256,
        notBefore: new RealDate(read.validFrom), notAfter: new RealDate(read.validTo), pem: read.toString(),
      };
    },
  },
};

async function owfResponse(one) {
  const failed = [];
  let passed = 0;
  const onCheck = (check) => { if (check.status === "PASSED") passed += 1; else failed.push(`${check.category}: ${check.check}`); };
  try {
    await owf.Verifier.verifyDeviceResponse({
      deviceResponse: octets(one.response),
      sessionTranscript: octets(one.transcript_wrapped),
      trustedCertificates: one.anchors_der.map(octets),
      now: new RealDate(now),
      onCheck,
    }, context);
  } catch (error) {
    failed.push(`threw: ${error.message}`);
  }
  return { passed, failed };
}

async function owfRequest(one) {
  const failed = [];
  let passed = 0;
  const onCheck = (check) => { if (check.status === "PASSED") passed += 1; else failed.push(`${check.category}: ${check.check}`); };
  try {
    await owf.Holder.verifyDeviceRequest({
      deviceRequest: octets(one.request),
      sessionTranscript: octets(one.transcript_wrapped),
      onCheck,
    }, context);
  } catch (error) {
    failed.push(`threw: ${error.message}`);
  }
  return { passed, failed };
}

async function envelope(one) {
  const suite = new hpke.CipherSuite({ kem: new hpke.DhkemP256HkdfSha256(), kdf: new hpke.HkdfSha256(), aead: new hpke.Aes128Gcm() });
  try {
    const key = await crypto.subtle.importKey("jwk", one.recipient_key, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const context = await suite.createRecipientContext({ recipientKey: key, enc: octets(one.enc), info: octets(one.info) });
    return { plain: Buffer.from(await context.open(octets(one.cipher_text))).toString("hex") };
  } catch (error) {
    return { failed: [error.message] };
  }
}

const verdicts = {};
for (const [name, one] of Object.entries(input)) {
  if (one.now) now = RealDate.parse(one.now);
  if (one.kind === "response") verdicts[name] = { auth0: await auth0(one), owf: await owfResponse(one) };
  if (one.kind === "request") verdicts[name] = { owf: await owfRequest(one) };
  if (one.kind === "envelope") verdicts[name] = { hpke: await envelope(one) };
}
console.log(JSON.stringify(verdicts, null, 1));
