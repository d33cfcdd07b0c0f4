using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests;

/// <summary>
/// The gateway's rooms, from the top of the house down: a room uses what lies below it, never what lies above. What still does stands in
/// the list of exceptions, which only gets shorter.
/// </summary>
public sealed partial class RoomTests
{
    // Pipeline lies below Routing: it holds what goes in and what comes out, and Routing brings about the one from the other.
    private static readonly string[] FromTheTop =
    [
        "Cli", "Endpoints", "Governance", "Guards", "ResponseCache", "Routing", "Pipeline", "Decisions", "ModelMetrics", "Plano", "RequestLog", "ConversationState", "Providers", "TokenCounting", "InPlace", "Conversations", "Dialects", "UsageReports", "Capabilities", "Configuration", "Selection", "Wire", "Resources", "Telemetry",
    ];

    private static readonly (string Room, string Uses, string Because)[] Exceptions =
    [
        ("Configuration", "Providers", "names of providers are checked against the catalogue"),
    ];

    // What a room must not know although it lies below.
    private static readonly (string Room, string MustNotUse)[] Strangers =
    [
        ("Plano", "Providers"), ("Plano", "Dialects"), ("ModelMetrics", "Plano"), ("Pipeline", "Plano"), ("Decisions", "Plano"),
        ("ConversationState", "Providers"), ("ConversationState", "Dialects"),
    ];

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(Source).Select(Path.GetFileName).OfType<string>().Where(room => Files(room).Length > 0)];

    private static string Source => Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi");

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_UsesOnlyWhatLiesBelowIt(string room)
    {
        Assert.Contains(room, FromTheTop);
        var place = Array.IndexOf(FromTheTop, room);
        var wrong = UsedBy(room)
            .Where(use => Array.IndexOf(FromTheTop, use.Room) < place || Strangers.Contains((room, use.Room)))
            .Where(use => !Exceptions.Any(exception => exception.Room == room && exception.Uses == use.Room))
            .Select(use => $"{use.Room} in {use.File}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Exceptions_AreStillNeeded() => Assert.All(Exceptions, exception => Assert.Contains(UsedBy(exception.Room), use => use.Room == exception.Uses));

    private static string[] Files(string room) => Directory.GetFiles(Path.Combine(Source, room), "*.cs", SearchOption.AllDirectories);

    // By the names of namespaces in the text, whole (ModelScan.RoutingApi.Routing) or from this one on (Routing.Attempts).
    private static HashSet<(string Room, string File)> UsedBy(string room)
    {
        var uses = new HashSet<(string, string)>();
        foreach (var file in Files(room))
        {
            var code = Comment().Replace(File.ReadAllText(file), "");
            foreach (var other in FromTheTop.Where(other => other != room))
            {
                if (Regex.IsMatch(code, $@"ModelScan\.RoutingApi\.{other}\b|(?<![\w.""/]){other}\.[A-Z]\w+\.", RegexOptions.None, TimeSpan.FromSeconds(5)))
                    uses.Add((other, Path.GetFileName(file)));
            }
        }

        return uses;
    }

    [GeneratedRegex("//.*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Comment();
}
