using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Telemetry;

public sealed class PlainScopesTests
{
    [Fact]
    public void Scope_WithWhatActsOnATerminal_IsShownAsWhatItIs() =>
        Assert.Equal(["RequestPath:/a\\r\\nforged\\u001b[2J", null], Shown(isPlain: true, "RequestPath:/a\r\nforged\u001b[2J", null));

    [Fact]
    public void Scope_ForJson_IsTheObjectItself()
    {
        var scope = new KeyValuePair<string, object>("RequestPath", "/a\r\n");
        Assert.Equal([scope], Shown(isPlain: false, scope));
    }

    private static List<object?> Shown(bool isPlain, params object?[] scopes)
    {
        var provider = new LoggerExternalScopeProvider();
        var plain = new PlainScopes(provider, () => isPlain);
        foreach (var scope in scopes)
            plain.Push(scope);
        var shown = new List<object?>();
        plain.ForEachScope(static (scope, all) => all.Add(scope), shown);
        return shown;
    }
}
