using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace ModelScan.AppHost;

/// <summary>Whether the containers belong to the application.</summary>
internal static class ContainerSupport
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// True when publishing and when a container engine answers; never when the setting <c>Containers</c> is false. A machine
    /// without an engine thus runs everything else, with no failed containers in sight.
    /// </summary>
    public static async Task<bool> IsWantedAsync(IDistributedApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue("Containers", true))
        {
            return false;
        }

        if (builder.ExecutionContext.IsPublishMode)
        {
            return true;
        }

        // The same choice that Aspire makes: the configured engine, or else any that answers.
        var configured = builder.Configuration["ASPIRE_CONTAINER_RUNTIME"];
        foreach (var engine in configured is null ? (string[])["docker", "podman"] : [configured])
        {
            if (await AnswersAsync(engine))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> AnswersAsync(string engine)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        try
        {
            using var info = Process.Start(new ProcessStartInfo(engine, ["info"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            try
            {
                await Task.WhenAll(
                    info.StandardOutput.ReadToEndAsync(limit.Token),
                    info.StandardError.ReadToEndAsync(limit.Token),
                    info.WaitForExitAsync(limit.Token));
                return info.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                info.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
