using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Governance;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.RoutingApi.Governance.Limits.Redis;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary><c>GET /admin/limits</c>: every limit, how far its subjects have used it, what is set aside and when it begins anew; the last refusals; and whether the store answers.</summary>
internal sealed class LimitsEndpoint(CurrentSnapshot current, Governor governor, TimeProvider time)
{
    private const int MostSubjects = 100;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/admin/limits", WriteAsync);

    private async Task WriteAsync(HttpContext context)
    {
        var config = current.Value.Config.Governance;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("store", ConfigNames<LimitStoreKind>.Of(config.Store));
        writer.WriteString("problem", governor.Store?.Problem);
        var journal = (governor.Store as RedisLimitStore)?.Journal ?? default;
        writer.WriteNumber("waiting", journal.Waiting);
        writer.WriteNumber("lost", journal.Lost);
        writer.WriteStartArray("limits");
        foreach (var limit in GovernanceRules.Of(config).Limits)
            await WriteAsync(writer, limit, context.RequestAborted);
        writer.WriteEndArray();
        writer.WriteStartArray("refusals");
        foreach (var refusal in governor.Refusals.Last)
        {
            writer.WriteStartObject();
            writer.WriteString("time", refusal.Time);
            writer.WriteString("key", refusal.Key);
            writer.WriteString("reason", refusal.Limit);
            writer.WriteString("model", refusal.Model);
            writer.WriteBoolean("shadow", refusal.IsShadow);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    private async Task WriteAsync(Utf8JsonWriter writer, Limit limit, CancellationToken cancellationToken)
    {
        var config = limit.Config;
        writer.WriteStartObject();
        writer.WriteString("id", config.Id);
        writer.WriteString("kind", ConfigNames<LimitKind>.Of(config.Kind));
        writer.WriteNumber("amount", config.Amount);
        writer.WriteString("window", limit.Window?.Name);
        writer.WriteString("per", config.Per switch { LimitSubject.Tag => $"tag.{config.PerName}", LimitSubject.Header => $"header:{config.PerName}", var per => per.ToString().ToLowerInvariant() });
        writer.WriteString("mode", ConfigNames<LimitMode>.Of(config.Mode));
        writer.WriteString("on_exceeded", ConfigNames<OnExceeded>.Of(config.OnExceeded));
        writer.WriteStartArray("subjects");
        var subjects = governor.Store?.Subjects(limit, MostSubjects) ?? [];
        var uses = governor.Store is { } store && subjects.Count > 0
            ? await store.ReadAsync([.. subjects.Select(subject => new LimitClaim(limit, subject.Subject, 0))], cancellationToken)
            : [];
        for (var i = 0; i < subjects.Count; i++)
            Write(writer, limit, subjects[i].Subject, uses[i]);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer, Limit limit, string subject, LimitUse use)
    {
        writer.WriteStartObject();
        writer.WriteString("subject", subject);
        writer.WriteNumber("used", (double)use.Used / limit.Scale);
        writer.WriteNumber("reserved", (double)use.Held / limit.Scale);
        writer.WriteNumber("left", (double)Math.Max(0, limit.Amount - use.Used - use.Held) / limit.Scale);
        if (limit.Window is null)
            writer.WriteNull("resets");
        else
            writer.WriteString("resets", use.Reset);
        writer.WriteNumber("resets_in_seconds", limit.Window is null ? 0 : Math.Max(0, Math.Ceiling((use.Reset - time.GetUtcNow()).TotalSeconds)));
        writer.WriteEndObject();
    }
}
