using System.Text.RegularExpressions;
using ModelScan.RoutingApi.Configuration.Reading;
using YamlDotNet.RepresentationModel;

namespace ModelScan.Tests.Configuration;

/// <summary>What a variable stands for is shown to nobody: not where it is wrong, not in <c>GET /admin/config</c>.</summary>
public sealed partial class SecretsInMessagesTests
{
    private const string Variable = "A_SECRET";

    // Wrong for one kind of key each, or for all.
    public static TheoryData<string> Values =>
    [
        "HunterTwo and more",
        "ftp://HunterTwo/HunterTwo?key=HunterTwo",
        "http://u:HunterTwo@h/HunterTwo?HunterTwo#HunterTwo",
        "HunterTwo/HunterTwo",
        "nobody/HunterTwo",
        "redis://HunterTwo:HunterTwo@h:99999999",
        "HunterTwo\nHunterTwo",
        "-HunterTwo",
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_OfAVariable_IsInNoMessageWhateverKeyItStandsFor(string value)
    {
        var complaints = 0;
        foreach (var document in EveryKey.Documents)
        {
            var count = Scalars(Root(document)).Count();
            for (var i = 0; i < count; i++)
            {
                var stream = Stream(document);
                var scalar = Scalars(stream.Documents[0].RootNode).ElementAt(i);
                (scalar.Value, scalar.Style) = ($"${Variable}", YamlDotNet.Core.ScalarStyle.DoubleQuoted);
                using var yaml = new StringWriter();
                stream.Save(yaml, assignAnchors: false);
                var report = RoutingConfigReader.Check(yaml.ToString(), "test.yaml", new VariableExpansion([], name => name == Variable ? value : null), []);
                var said = report.Errors.Concat(report.Warnings).Concat(report.Notices).Select(error => error.ToString()).Append(report.Loaded?.Document ?? "").ToArray();
                complaints += report.Errors.Count;
                Assert.All(said, message => Assert.DoesNotContain("HunterTwo", message, StringComparison.OrdinalIgnoreCase));
            }
        }

        Assert.NotEqual(0, complaints);
    }

    [Fact]
    public void WrongValueOfAVariable_IsToldByTheVariablesName()
    {
        var report = RoutingConfigReader.Check(
            "model_providers: [{ model: openai/gpt-4o, base_url: $A_SECRET }]", "test.yaml", new VariableExpansion([], _ => "the secret"), []);
        Assert.Equal("must be an http or https URL with a host, not '$A_SECRET'", Assert.Single(report.Errors).Message);
    }

    [Fact]
    public void WrongShortValueOfAVariable_ChangesNothingElseOfTheMessage()
    {
        var report = RoutingConfigReader.Check(
            "listeners: [{ type: model, name: m, port: $PORT }]", "test.yaml", new VariableExpansion([], _ => "0"), []);
        Assert.Equal("must be a whole number from 1 to 65535, not '$PORT'", Assert.Single(report.Errors).Message);
    }

    [Theory]
    [InlineData("http://h/v1?key=abc&x=y", "http://h/v1?***")]
    [InlineData("must be an http or https URL with a host, not 'ftp://u:p@h/v1?key=abc'", "must be an http or https URL with a host, not 'ftp://***@h/v1?***'")]
    [InlineData("rediss://user:p%40ss@h:6380/1", "rediss://***@h:6380/1")]
    [InlineData("h:6379,password=abc,ssl=true", "h:6379,password=***,ssl=true")]
    [InlineData("Host=h;Username=u;Password=abc", "Host=h;Username=u;Password=***")]
    [InlineData("sum by (model) (rate(x{a=\"b\"}[5m]))", "sum by (model) (rate(x{a=\"b\"}[5m]))")]
    [InlineData("what is 1+1?", "what is 1+1?")]
    public void Shown_AddressesAndConnectionStrings_WithoutSecrets(string text, string expected) => Assert.Equal(expected, ShownText.Of(text));

    [Fact]
    public void Document_ShowsNoQueryOfAnAddress()
    {
        var loaded = ConfigText.Load("model_providers: [{ model: openai/gpt-4o, base_url: \"http://h/v1?key=HunterTwo\" }]\nrouting: { session_cache: { url: \"h:1,password=HunterTwo\" } }");
        Assert.DoesNotContain("HunterTwo", loaded.Document, StringComparison.Ordinal);
        Assert.Matches(AMask, loaded.Document);
    }

    [GeneratedRegex(@"h/v1\?\*\*\*")]
    private static partial Regex AMask { get; }

    private static IEnumerable<YamlScalarNode> Scalars(YamlNode node) => node switch
    {
        YamlScalarNode scalar => [scalar],
        YamlSequenceNode list => list.Children.SelectMany(Scalars),
        YamlMappingNode map => map.Children.Values.SelectMany(Scalars),
        _ => [],
    };

    private static YamlNode Root(string yaml) => Stream(yaml).Documents[0].RootNode;

    private static YamlStream Stream(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream;
    }
}
