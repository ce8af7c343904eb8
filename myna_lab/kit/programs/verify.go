// Judges the cases of a TEST kit that have a list, with Go's standard library: go run programs/verify.go in the folder.
// Any Go from 1.19 on will do: what later ones added to read a list with is not used.
//
// crypto/x509 checks the path; a list it only reads, so the rest is here: who signed it, its time, its scope
// (issuingDistributionPoint), critical extensions. Answers need golang.org/x/crypto/ocsp, which is left out: it checks
// signature and delegation, not times, nonce or extensions.
package main

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

type row struct {
	ID, Kind, Certificate, Anchor, At, Expected string
	Crl, Ocsp                                   *string
}

type manifest struct {
	Policies map[string][]string
	Cases    []row
}

var (
	idpOID          = asn1.ObjectIdentifier{2, 5, 29, 28}
	documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}
	crlOID          = asn1.ObjectIdentifier{2, 5, 29, 31}
	reasonOID       = asn1.ObjectIdentifier{2, 5, 29, 21}
)

func main() {
	var kit manifest
	octets, err := os.ReadFile("manifest.json")
	if err == nil {
		err = json.Unmarshal(octets, &kit)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	differ := 0
	for _, one := range kit.Cases {
		if one.Ocsp != nil {
			continue
		}
		found, mark := judge(one, kit.Policies), "  "
		if found != one.Expected {
			mark = "* "
			differ++
		}
		fmt.Printf("%s%s\t%s\t%s\n", mark, one.ID, found, one.Expected)
	}
	fmt.Println(differ, "differ")
}

func read(path string) *x509.Certificate {
	octets, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	found, err := x509.ParseCertificate(octets)
	if err != nil {
		panic(err)
	}
	return found
}

func judge(one row, policies map[string][]string) string {
	own, anchor := read(one.Certificate), read(one.Anchor)
	at, _ := time.Parse(time.RFC3339, one.At)
	roots := x509.NewCertPool()
	roots.AddCert(anchor)
	options := x509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	if _, err := own.Verify(options); err != nil {
		return word(err, at, own, anchor)
	}
	_, use, _ := strings.Cut(one.Kind, "_")
	if !isFor(own, use, policies[use]) {
		return "wrong_usage"
	}
	if one.Crl == nil {
		return "good"
	}
	octets, err := os.ReadFile(*one.Crl)
	if err != nil {
		panic(err)
	}
	return listed(own, anchor, octets, at)
}

func word(err error, at time.Time, own, anchor *x509.Certificate) string {
	var invalid x509.CertificateInvalidError
	var unhandled x509.UnhandledCriticalExtension
	switch {
	case errors.As(err, &unhandled):
		return "unknown_critical"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && at.Before(own.NotBefore):
		return "not_yet_valid"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "expired"
	case bytes.Equal(own.AuthorityKeyId, anchor.SubjectKeyId) && bytes.Equal(own.RawIssuer, anchor.RawSubject):
		return "bad_signature"
	}
	return "wrong_authority"
}

// isFor checks what Verify does not: a person's certificate, keyUsage, extendedKeyUsage, policy.
func isFor(own *x509.Certificate, use string, policies []string) bool {
	wanted, purposes := x509.KeyUsageDigitalSignature, own.ExtKeyUsage
	if use == "sign" {
		wanted |= x509.KeyUsageContentCommitment
	}
	allowed := len(purposes)+len(own.UnknownExtKeyUsage) == 0
	for _, purpose := range purposes {
		allowed = allowed || use == "auth" && purpose == x509.ExtKeyUsageClientAuth
	}
	for _, purpose := range own.UnknownExtKeyUsage {
		allowed = allowed || use == "sign" && purpose.Equal(documentSigning)
	}
	named := false
	for _, found := range own.PolicyIdentifiers {
		for _, policy := range policies {
			named = named || found.String() == policy
		}
	}
	return !own.IsCA && own.KeyUsage == wanted && allowed && named
}

// distributionPoint is the part of RFC 5280 4.2.1.13 and 5.2.5 that JPKI uses: one fullName.
type distributionPoint struct {
	Name asn1.RawValue `asn1:"optional,tag:0"`
}

type issuingDistributionPoint struct {
	Name      asn1.RawValue  `asn1:"optional,tag:0"`
	OnlyUser  bool           `asn1:"optional,tag:1"`
	OnlyCA    bool           `asn1:"optional,tag:2"`
	Reasons   asn1.BitString `asn1:"optional,tag:3"`
	Indirect  bool           `asn1:"optional,tag:4"`
	Attribute bool           `asn1:"optional,tag:5"`
}

func value(all []pkix.Extension, oid asn1.ObjectIdentifier) []byte {
	for _, one := range all {
		if one.Id.Equal(oid) {
			return one.Value
		}
	}
	return nil
}

func listed(own, anchor *x509.Certificate, octets []byte, at time.Time) string {
	list, err := x509.ParseRevocationList(octets)
	if err != nil || list.CheckSignatureFrom(anchor) != nil {
		return "undetermined"
	}
	if at.Before(list.ThisUpdate) || at.After(list.NextUpdate) {
		return "undetermined"
	}
	for _, one := range list.Extensions {
		if one.Critical && !one.Id.Equal(idpOID) {
			return "undetermined"
		}
	}
	var scope issuingDistributionPoint
	var points []distributionPoint
	if _, err := asn1.Unmarshal(value(list.Extensions, idpOID), &scope); err != nil {
		return "undetermined"
	}
	if _, err := asn1.Unmarshal(value(own.Extensions, crlOID), &points); err != nil {
		return "undetermined"
	}
	named := false
	for _, one := range points {
		named = named || bytes.Equal(one.Name.Bytes, scope.Name.Bytes)
	}
	if scope.OnlyCA != own.IsCA || len(scope.Name.Bytes) > 0 && !named {
		return "wrong_partition"
	}
	found := "good"
	for _, line := range list.RevokedCertificates {
		for _, one := range line.Extensions {
			if one.Critical {
				return "undetermined"
			}
		}
		if line.SerialNumber.Cmp(own.SerialNumber) == 0 {
			var reason asn1.Enumerated // 0, unspecified, where the line has none
			if octets := value(line.Extensions, reasonOID); octets != nil {
				if _, err := asn1.Unmarshal(octets, &reason); err != nil {
					return "undetermined"
				}
			}
			found = "revoked"
			if reason == 6 {
				found = "held"
			}
		}
	}
	return found
}
