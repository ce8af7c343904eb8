// Judges the cases of a TEST kit with Java's own PKIX checker, or with Bouncy Castle's.
//
//   java programs/Verify.java                                        in the kit's folder, JDK 17 or later
//   java -cp bcprov.jar:bcutil.jar:bcpkix.jar programs/Verify.java BC
//
// Prints a line for each case: id, what was found, what the kit expects. Nothing is fetched.

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.security.SignatureException;
import java.security.cert.*;
import java.time.Instant;
import java.util.*;

public class Verify {
    static String provider = null;

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            provider = arguments[0];
            var made = Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider");
            Security.addProvider((Provider) made.getDeclaredConstructor().newInstance());
        }
        int differ = 0;
        for (String line : Files.readAllLines(Path.of("cases.tsv"))) {
            String[] row = line.split("\t", -1);
            if (row[0].equals("id")) continue;
            String found = judge(row[2], row[3], row[4], row[5], Long.parseLong(row[6]), row[8].split(","), row[9]);
            boolean same = found.equals(row[7]);
            if (!same) differ++;
            System.out.println((same ? "  " : "* ") + row[0] + "\t" + found + "\t" + row[7]);
        }
        System.out.println(differ + " differ");
    }

    static byte[] read(String path) throws Exception {
        return Files.readAllBytes(Path.of(path));
    }

    static String judge(String certificate, String anchor, String crl, String ocsp, long at, String[] policies,
                        String use) throws Exception {
        X509Certificate own, root;
        var factory = CertificateFactory.getInstance("X.509");
        own = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(read(certificate)));
        root = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(read(anchor)));
        String path = validated(own, root, null, null, at, policies);
        if (!path.equals("good")) return path;
        if (!isFor(own, use)) return "wrong_usage";
        var words = new LinkedHashSet<String>();
        if (!crl.isEmpty()) words.add(validated(own, root, crl, null, at, policies));
        if (!ocsp.isEmpty()) words.add(validated(own, root, null, ocsp, at, policies));
        if (words.isEmpty()) return path;
        return String.join("+", words);
    }

    /** What PKIX does not judge: keyUsage and extendedKeyUsage, and that it is a person's certificate. */
    static boolean isFor(X509Certificate own, String use) throws Exception {
        boolean[] bits = own.getKeyUsage();
        List<String> purposes = own.getExtendedKeyUsage();
        if (own.getBasicConstraints() != -1 || bits == null || !bits[0]) return false;
        if (use.equals("sign")) return bits[1] && (purposes == null || purposes.contains("1.3.6.1.5.5.7.3.36"));
        return !bits[1] && (purposes == null || purposes.contains("1.3.6.1.5.5.7.3.2"));
    }

    static String validated(X509Certificate own, X509Certificate root, String crl, String ocsp, long at,
                            String[] policies) throws Exception {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setDate(Date.from(Instant.ofEpochSecond(at)));
        // The policy is critical and has a qualifier: without the next line Java refuses every certificate of JPKI.
        parameters.setPolicyQualifiersRejected(false);
        parameters.setInitialPolicies(Set.of(policies));
        parameters.setExplicitPolicyRequired(true);
        parameters.setRevocationEnabled(crl != null || ocsp != null);
        var factory = CertificateFactory.getInstance("X.509");
        var validator = provider == null ? CertPathValidator.getInstance("PKIX")
            : CertPathValidator.getInstance("PKIX", provider);
        try {
            if (crl != null) {
                var list = factory.generateCRL(new ByteArrayInputStream(read(crl)));
                parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(list))));
            }
            if (provider == null && crl != null || ocsp != null) {
                var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
                checker.setOptions(crl == null ? EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK)
                    : EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
                if (ocsp != null) checker.setOcspResponses(Map.of(own, read(ocsp)));
                parameters.addCertPathChecker(checker);
            }
            validator.validate(factory.generateCertPath(List.of(own)), parameters);
            return "good";
        } catch (CertPathValidatorException error) {
            String word = word(error);
            // Of the path it was judged before; here it is the list's or the answer's.
            boolean ofData = crl != null || ocsp != null;
            return ofData && !word.equals("held") && !word.equals("revoked") ? "undetermined" : word;
        } catch (CRLException error) {
            return "undetermined";
        }
    }

    static String word(CertPathValidatorException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateRevokedException revoked) {
                return revoked.getRevocationReason() == CRLReason.CERTIFICATE_HOLD ? "held" : "revoked";
            }
        }
        for (Throwable cause = error; cause != null; cause = cause.getCause()) { // Bouncy Castle gives no reason codes
            if (cause instanceof CertificateExpiredException) return "expired";
            if (cause instanceof CertificateNotYetValidException) return "not_yet_valid";
            if (cause instanceof SignatureException && provider != null) return "bad_signature";
        }
        String reason = error.getReason().toString(), text = String.valueOf(error.getMessage());
        return switch (reason) {
            case "EXPIRED" -> "expired";
            case "NOT_YET_VALID" -> "not_yet_valid";
            case "INVALID_SIGNATURE" -> "bad_signature";
            case "NO_TRUST_ANCHOR", "NAME_CHAINING" -> "wrong_authority";
            case "UNRECOGNIZED_CRIT_EXT" -> "unknown_critical";
            case "INVALID_POLICY" -> "wrong_usage";
            case "UNDETERMINED_REVOCATION_STATUS" -> "undetermined";
            default -> inWords(text);
        };
    }

    /** Bouncy Castle's sentences. */
    static String inWords(String text) {
        if (text.contains("certificateHold")) return "held";
        if (text.contains("revo") && text.contains("reason")) return "revoked";
        if (text.contains("rust anchor")) return "wrong_authority";
        if (text.contains("olicy")) return "wrong_usage";
        if (text.contains("critical extension")) return "unknown_critical";
        return "undetermined";
    }
}
