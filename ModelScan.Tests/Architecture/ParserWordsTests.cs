using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Architecture;

/// <summary>A parser's own words never reach a client: they name its methods, options and states.</summary>
public sealed class ParserWordsTests
{
    private static readonly string[] Parsers = ["JsonException", "YamlException", "BadHttpRequestException"];

    [Fact]
    public void Message_OfAParsersException_IsRepeatedNowhere()
    {
        var repeated = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi"), "*.cs", SearchOption.AllDirectories))
        {
            if (path.Contains("Embedded", StringComparison.Ordinal))
                continue; // what the program itself is made of, read before any client is there

            var root = CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot();
            foreach (var clause in root.DescendantNodes().OfType<CatchClauseSyntax>())
            {
                var caught = $"{clause.Declaration} {clause.Filter}";
                if (clause.Declaration?.Identifier.Text is not { Length: > 0 } name || !Parsers.Any(parser => caught.Contains(parser, StringComparison.Ordinal)))
                    continue;
                foreach (var access in clause.Block.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(access => access.Name.Identifier.Text == "Message" && access.Expression.ToString().Contains(name, StringComparison.Ordinal)))
                    repeated.Add($"{Path.GetFileName(path)}({access.GetLocation().GetLineSpan().StartLinePosition.Line + 1}): {access}");
            }
        }

        Assert.Empty(repeated);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{", "ends too early")]
    [InlineData("/v1/chat/completions", "", "")]
    [InlineData("/v1/chat/completions", """{"model": nope}""", "the value of model is not valid")]
    [InlineData("/v1/chat/completions", "{\n\"model\": \"x\",\n}", "")]
    [InlineData("/v1/messages", """{"model":"openai/gpt-4o","messages":[}""", "")]
    [InlineData("/routing/v1/chat/completions", "not json", "line 1, byte 2: 'o' cannot stand here")]
    [InlineData("/routing/v1/responses", """{"input": "x" """, "ends too early")]
    public async Task Client_SendsBrokenJson_IsToldInTheGatewaysWords(string path, string body, string expected)
    {
        await using var gateway = await GatewayUnderTest.StartAsync("routing: { mode: policy }");
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal(400, answer.Status);
        Assert.Contains(expected, answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotMatch("LineNumber|BytePositionInLine|isFinalBlock|JsonReaderOptions|maximum configured depth|Path: \\$", answer.Text);
    }

    [Theory]
    [InlineData("a: b: c")]
    [InlineData("a: [1, 2")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a:\n\t- 1")]
    [InlineData("a: *nowhere")]
    [InlineData("- \"x")]
    public void Configuration_BrokenYaml_IsToldInTheGatewaysWords(string yaml)
    {
        var error = Assert.Single(Configuration.ConfigText.Errors(yaml));
        Assert.StartsWith("not valid YAML: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)while parsing|did not find|expected|token|mapping values|scalar", error.Message);
        Assert.True(error.Line > 0);
    }
}
