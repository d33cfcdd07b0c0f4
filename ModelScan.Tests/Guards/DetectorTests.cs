using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards.Detection;

namespace ModelScan.Tests.Guards;

/// <summary>What is found, and what looks like it and is not.</summary>
public sealed class DetectorTests
{
    [Theory]
    [InlineData("key sk-proj-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c!", "sk-proj-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c")]
    [InlineData("AKIAIOSFODNN7ABCDEFG", "AKIAIOSFODNN7ABCDEFG")]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzzKEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYzzKEY")]
    [InlineData("password: hunter2", "hunter2")]
    [InlineData("{\"password\": \"correct-horse-battery\"}", "correct-horse-battery")]
    [InlineData("postgres://app:Tr0ub4dorAnd3@db/prod", "Tr0ub4dorAnd3")]
    [InlineData("Authorization: Bearer abcdef0123456789abcdef", "abcdef0123456789abcdef")]
    [InlineData("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U")]
    public void Secret_IsFound(string text, string secret) => Assert.Equal([secret], Found(new SecretDetector(), text));

    [Theory]
    [InlineData("The password: required")]
    [InlineData("public string ApiKey { get; set; } // token: string")]
    [InlineData("password = getpass(prompt)")]
    [InlineData("api_key: $OPENAI_API_KEY")]
    [InlineData("token = tokens[12]")]
    [InlineData("sk-learn-compatible-estimators-are-nice")]
    [InlineData("see https://example.com/secret/keys and http://host:8080/path")]
    [InlineData("the key: value store")]
    [InlineData("a risk-based-approach-to-managing-things")]
    public void NoSecret_IsNotFound(string text) => Assert.Empty(Found(new SecretDetector(), text));

    [Fact]
    public void AHundredThousandDigits_TakeNoTimeToSpeakOf() => Assert.Empty(Found(new PiiDetector(Enum.GetValues<PiiEntity>()), new string('1', 100_000)));

    // Cut anywhere, as a provider's pieces are: nothing throws, whatever a text ends with.
    [Fact]
    public void EveryBeginningOfAText_CanBeLookedAt()
    {
        const string Text = "Ann (ann.o'neil@acme.co.uk) +1 (415) 555-0134, 4111 1111 1111 1111, DE89 3704 0044 0532 0130 00, SSN 123-45-6789, key=abc12345, sk-live-abcdefghij0123456789, 电话13800138000, \\n1@a.io";
        var (pii, secrets) = (new PiiDetector(Enum.GetValues<PiiEntity>()), new SecretDetector());
        for (var start = 0; start < Text.Length; start++)
        {
            for (var end = start; end <= Text.Length; end++)
            {
                var findings = new List<Finding>();
                pii.Find(Text.AsSpan(start, end - start), findings);
                secrets.Find(Text.AsSpan(start, end - start), findings);
                Assert.All(findings, finding => Assert.True(finding.Start >= 0 && finding.Length > 0 && finding.End <= end - start));
            }
        }
    }

    [Fact]
    public void Escapes_StayWhole() => Assert.Equal(["ann@acme.io"], Found(new PiiDetector([PiiEntity.Email]), "line\\nann@acme.io"));

    private static string[] Found(ITextDetector detector, string text)
    {
        var findings = new List<Finding>();
        detector.Find(text, findings);
        return [.. findings.Select(finding => text.Substring(finding.Start, finding.Length))];
    }
}
