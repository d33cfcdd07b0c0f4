using ModelScan.RoutingApi.Providers.Headers;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers.Headers;

public sealed class HeaderDocumentTests
{
    /// <summary>With <c>UPDATE_DOCS=1</c> it is written anew.</summary>
    [Fact]
    public void Document_IsWhatTheListsSay()
    {
        var path = Path.Combine(RepositoryFiles.Root, "docs", "headers.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, HeaderDocument.Write());
        Assert.Equal(HeaderDocument.Write(), File.ReadAllText(path));
    }

    [Fact]
    public void Rules_AreInLowerCaseAndOnce()
    {
        Assert.All((IReadOnlyList<HeaderRule>[])[RequestHeaderRules.All, AnswerHeaderRules.All], rules =>
        {
            Assert.Equal(rules.Select(rule => rule.Name.ToLowerInvariant()), rules.Select(rule => rule.Name));
            Assert.Distinct(rules.Select(rule => rule.Name));
        });
        Assert.All(RequestHeaderRules.All, rule => Assert.Null(NeverForwarded.WhyNotToProvider(rule.Name)));
    }

    [Theory]
    [InlineData("anthropic-beta", true)]
    [InlineData("ANTHROPIC-VERSION", true)]
    [InlineData("anthropic", false)]
    [InlineData("x-stainless-os", true)]
    [InlineData("x-stainless", false)]
    [InlineData("stainless-os", false)]
    [InlineData("trial-call-left", true)]
    [InlineData("trial-calls", false)]
    [InlineData("x", false)]
    [InlineData("", false)]
    [InlineData("-", false)]
    [InlineData("x-", false)]
    public void Names_AreFoundByTheirBeginning(string name, bool passes) =>
        Assert.Equal(passes, new HeaderNames(["anthropic-*", "x-stainless-*", "trial-call-*"]).Contains(name));
}
