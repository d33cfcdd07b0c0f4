using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/sessions</c>: conversations, and below it one of them, turn by turn.</summary>
internal sealed class SessionsScreen : IScreen
{
    private const int MostSessions = 100;
    private const int MostTurns = 200;

    /// <inheritdoc/>
    public Task<Screen> ShowAsync(ScreenRequest request) => request.Path is ["view"] ? ShowOneAsync(request, request["id"]) : ShowAllAsync(request);

    private static async Task<Screen> ShowAllAsync(ScreenRequest request)
    {
        var range = TimeRange.Find(request["since"]);
        var groups = await request.Api.AggregateAsync("-session:none", range.Since, "session");
        return Screen.Of<SessionsView, SessionsModel>("Sessions", "sessions", new SessionsModel
        {
            Range = range,
            Sessions = [.. (groups.Value?.Data ?? []).Where(group => group.Value("session") is not null).Take(MostSessions)],
            Problem = groups.Problem,
            Address = request.Address,
        });
    }

    private static async Task<Screen> ShowOneAsync(ScreenRequest request, string id)
    {
        var turns = await request.Api.ListAsync(RequestFilterText.Condition("session", id), null, null, MostTurns);
        return Screen.Of<SessionView, SessionModel>("Session", "sessions", new SessionModel(id, [.. (turns.Value?.Data ?? []).Reverse()], turns.Value?.Next is null));
    }
}
