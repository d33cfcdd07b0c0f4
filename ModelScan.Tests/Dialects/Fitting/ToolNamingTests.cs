using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.Tests.Dialects.Fitting;

/// <summary>Names of tools are legal at the provider, told apart, and found again.</summary>
public sealed class ToolNamingTests
{
    [Theory]
    [InlineData("f", "f")]
    [InlineData("calendar.respondToEvent", "calendar_respondToEvent")]
    [InlineData("a/b c", "a_b_c")]
    public void ToolNaming_Name_IsLegalAndComesBack(string name, string sent)
    {
        var naming = Naming((name, null));
        Assert.Equal(sent, naming.ForProvider(name, null));
        Assert.Equal(name, naming.ForClient(sent)!.Name);
    }

    [Fact]
    public void ToolNaming_LongName_IsCutAndComesBack()
    {
        var name = new string('x', 100);
        var naming = Naming((name, null), (name + "y", null));
        Assert.Equal((64, 64), (naming.ForProvider(name, null).Length, naming.ForProvider(name + "y", null).Length));
        Assert.NotEqual(naming.ForProvider(name, null), naming.ForProvider(name + "y", null));
        Assert.Equal(name + "y", naming.ForClient(naming.ForProvider(name + "y", null))!.Name);
    }

    [Fact]
    public void ToolNaming_SameNameOnceMadeLegal_IsToldApart()
    {
        var naming = Naming(("a_b", null), ("a.b", null), ("a.b", "space"));
        string[] sent = [naming.ForProvider("a_b", null), naming.ForClient(naming.ForProvider("a.b", null))!.SentName, naming.ForProvider("a.b", "space")];
        Assert.Equal("a_b", sent[0]);
        Assert.Distinct(sent);
        Assert.Equal("space", naming.ForClient(sent[2])!.Namespace);
    }

    [Theory]
    [InlineData("READ", "Read")]
    [InlineData("nobody", null)]
    public void ForClient_NameInAnotherCase_IsFound(string called, string? expected) => Assert.Equal(expected, Naming(("Read", null), ("grep", null)).ForClient(called)?.Name);

    [Fact]
    public void ForClient_TwoNamesThatDifferInCase_AreToldApartExactly()
    {
        var naming = Naming(("read", null), ("Read", null));
        Assert.Equal(("read", "Read"), (naming.ForClient("read")!.Name, naming.ForClient("Read")!.Name));
        Assert.Null(naming.ForClient("READ"));
    }

    private static ToolNaming Naming(params (string Name, string? Namespace)[] tools)
    {
        using var document = JsonDocument.Parse("{}");
        var set = new ToolSet();
        foreach (var (name, space) in tools)
            set.Tools.Add(new Tool(ToolKind.Function, name, new RequestField(document.RootElement, RequestSource.None)) { Namespace = space });
        return new ToolNaming(set, 64);
    }
}
