using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// An effort becomes a budget of thoughts where the model goes by one: at least 1,024 tokens and less than <c>max_tokens</c>
/// (https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking), or no thoughts at all where there is no room for that.
/// </summary>
public sealed class ThinkingBudgetTests
{
    [Theory]
    [InlineData("minimal", 2048)]
    [InlineData("low", 2048)]
    [InlineData("medium", 8192)]
    [InlineData("high", 16384)]
    [InlineData("xhigh", 32000)]
    public void Budget_RoomEnough_FollowsTheEffort(string effort, int budget)
    {
        foreach (var format in (ApiFormat[])[ApiFormat.ChatCompletions, ApiFormat.Responses])
            Assert.Equal((100_000, budget), LimitAndBudget(format, effort, 100_000));
    }

    [Theory]
    [InlineData("low", 2000)]
    [InlineData("low", 2048)]
    [InlineData("low", 1025)]
    [InlineData("medium", 8192)]
    [InlineData("medium", 4000)]
    [InlineData("high", 2000)]
    [InlineData("xhigh", 32000)]
    public void Budget_LittleRoom_StaysBelowTheLimitAndAtOrAbove1024(string effort, int limit)
    {
        foreach (var format in (ApiFormat[])[ApiFormat.ChatCompletions, ApiFormat.Responses])
        {
            var (maxTokens, budget) = LimitAndBudget(format, effort, limit);
            Assert.Equal(limit, maxTokens);
            Assert.InRange(budget!.Value, 1024, limit - 1);
        }
    }

    [Theory]
    [InlineData("low", 1024)]
    [InlineData("high", 1)]
    public void Budget_NoRoom_NoThoughtsAndReported(string effort, int limit)
    {
        foreach (var format in (ApiFormat[])[ApiFormat.ChatCompletions, ApiFormat.Responses])
        {
            Assert.Equal((limit, null), LimitAndBudget(format, effort, limit));
            Assert.Contains(Translate(format, effort, limit).Dropped, path => path.StartsWith("reasoning", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("low")]
    [InlineData("xhigh")]
    public void Budget_NoLimitAsked_LeavesRoomForTheAnswer(string effort)
    {
        foreach (var format in (ApiFormat[])[ApiFormat.ChatCompletions, ApiFormat.Responses])
        {
            var (limit, budget) = LimitAndBudget(format, effort, null);
            Assert.InRange(limit - budget!.Value, 1024, int.MaxValue);
        }
    }

    private static (int Limit, int? Budget) LimitAndBudget(ApiFormat format, string effort, int? limit)
    {
        using var document = JsonDocument.Parse(Translate(format, effort, limit).Body);
        var root = document.RootElement;
        return (root.GetProperty("max_tokens").GetInt32(), root.TryGetProperty("thinking", out var thinking) ? thinking.GetProperty("budget_tokens").GetInt32() : null);
    }

    private static TranslatedExchange Translate(ApiFormat format, string effort, int? limit)
    {
        var context = Profiles.Context(ApiFormat.ChatCompletions, "thinking-budget");
        return format == ApiFormat.ChatCompletions
            ? new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages).Translate(Json($$"""{"model":"m","messages":[{"role":"user","content":"hi"}],"reasoning_effort":"{{effort}}"{{Limit("max_completion_tokens")}}}"""), context)
            : new Pair(ApiFormat.Responses, ApiFormat.Messages).Translate(Json($$$"""{"model":"m","input":"hi","reasoning":{"effort":"{{{effort}}}"}{{{Limit("max_output_tokens")}}}}"""), context);

        string Limit(string name) => limit is { } tokens ? $",\"{name}\":{tokens}" : "";
    }

    private static byte[] Json(string json) => Encoding.UTF8.GetBytes(json);
}
