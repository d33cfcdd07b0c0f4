using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Plano;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.Plano;

/// <summary>A container's life on a scripted engine; what real engines do is in <c>Integration/EmbeddedPlanoTests</c>.</summary>
public sealed class PlanoContainerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [SkippableFact]
    public async Task Start_EngineAndPlanoAreWell_IsHealthyAtThePublishedPort()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        var current = rig.Container.Current;
        Assert.Equal(rig.Plano.Address, current.ServingAddress);
        Assert.Equal((rig.Engine.Program, "0123456789ab", 0), (current.Engine, current.ContainerId, current.Restarts));
        Assert.Equal($"modelscan-plano-{Environment.ProcessId}-0000abcd", current.ContainerName);
        Assert.Contains(" --publish 127.0.0.1::12345/tcp ", Assert.Single(rig.Engine.CallsOf("run")), StringComparison.Ordinal);
        Assert.Equal("/healthz", await rig.Plano.NextRequestAsync());
    }

    [SkippableFact]
    public async Task Start_EngineHangs_ReturnsAtOnce()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Engine.Write("info.hangs");
        rig.Container.Start();
        Assert.Equal(PlanoContainerStatus.Starting, rig.Container.Current.Status);
    }

    [SkippableFact]
    public async Task Start_Variables_TravelInAFileThatOnlyThisUserReads()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        Assert.Equal("600\nOPENAI_API_KEY=sk-very-secret\n", rig.Engine.Read("run.env"));
        Assert.DoesNotContain("sk-very-secret", string.Join('\n', rig.Engine.Calls), StringComparison.Ordinal);
        var words = Assert.Single(rig.Engine.CallsOf("run")).Split(' ');
        Assert.False(File.Exists(words[Array.IndexOf(words, "--env-file") + 1]));
    }

    [SkippableTheory]
    [InlineData(ImagePull.Missing, true, 0)]
    [InlineData(ImagePull.Missing, false, 1)]
    [InlineData(ImagePull.Always, true, 1)]
    public async Task Start_PullPolicy_DecidesWhetherTheImageIsFetched(ImagePull pull, bool isThere, int pulls)
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync(config => config with { Pull = pull });
        if (!isThere)
            rig.Engine.Delete("image");
        rig.Container.Start();
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        Assert.Equal(pulls, rig.Engine.CallsOf("pull").Length);
        Assert.Equal(pulls > 0, rig.Lines.Contains("Information Fetching katanemo/plano:0.4.36: Pulling layer"));
    }

    [SkippableFact]
    public async Task Start_ImageMissingAndNeverPulled_DegradesWithWhatToDo()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync(config => config with { Pull = ImagePull.Never });
        rig.Engine.Delete("image");
        rig.Container.Start();
        Assert.Contains("load it, or set pull to missing", (await rig.UntilAsync(PlanoContainerStatus.Degraded)).LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_BrokenPlanoConfig_NeverRunsAndIsReadAgainAtASlowerPace()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Engine.Write("plano.yaml", "version: v9");
        rig.Container.Start();
        Assert.Contains("line 1: version: ", (await rig.UntilAsync(PlanoContainerStatus.Degraded)).LastError, StringComparison.Ordinal);
        Assert.Empty(rig.Engine.CallsOf("run"));

        rig.Engine.Write("plano.yaml", PlanoRig.PlanoConfig);
        rig.Clock.Advance(PlanoContainerTiming.Default.DegradedPace);
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
    }

    [SkippableFact]
    public async Task Start_NotYetHealthy_IsAskedAgain()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Plano.AnswerJson("{}", status: 503);
        rig.Container.Start();
        await rig.UntilAsync(snapshot => snapshot.LastHealthCheck is not null);
        rig.Plano.AnswerJson("{}");
        await ToNextProbeAsync(rig);
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        Assert.Single(rig.Engine.CallsOf("run"));
    }

    [SkippableFact]
    public async Task Start_NeverHealthy_FailsWithTheLastThatItWrote()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync(config => config with { StartTimeout = Second });
        rig.Plano.AnswerJson("{}", status: 503);
        rig.Engine.Write("logs", "listening with sk-very-secret\n");
        rig.Container.Start();
        for (var probe = 0; probe < 4; probe++)
            await ToNextProbeAsync(rig);
        var failed = await rig.UntilAsync(PlanoContainerStatus.Restarting);
        Assert.Contains("did not become healthy within 1 s (/healthz answered 503)", failed.LastError, StringComparison.Ordinal);
        Assert.EndsWith("It wrote last:\nlistening with ***", failed.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Lines, line => line.Contains("sk-very-secret", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Start_ContainerEndsAtOnce_FailsWithItsExitCode()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Plano.AnswerJson("{}", status: 503);
        rig.Engine.Write("state", "exited 3");
        rig.Container.Start();
        Assert.Contains("has ended (exited, exit code 3)", (await rig.UntilAsync(PlanoContainerStatus.Restarting)).LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_ContainerEndsBeforeItsPortIsKnown_FailsWithItsExitCode()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Engine.Write("port.fails", "no public port");
        rig.Engine.Write("state", "exited 3");
        rig.Container.Start();
        Assert.Contains("has ended (exited, exit code 3)", (await rig.UntilAsync(PlanoContainerStatus.Restarting)).LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Start_ContainersOfProcessesThatEnded_AreRemovedAndOthersAreNot()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        var self = ContainerOwner.ThisProcess;
        rig.Engine.Write("ps", "gone\nliving\nforeign\n");
        rig.Engine.Write("labels.gone", Json((self with { ProcessId = int.MaxValue }).Labels("1")));
        rig.Engine.Write("labels.living", Json(self.Labels("2")));
        rig.Engine.Write("labels.foreign", """{"modelscan.product":"plano-embedded"}""");
        rig.Container.Start();
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        Assert.Equal(["rm --force gone"], rig.Engine.CallsOf("rm"));
    }

    [SkippableFact]
    public async Task Watch_Interval_IsKept()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        await rig.Plano.NextRequestAsync();
        rig.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, rig.Plano.Requests);
        rig.Clock.Advance(Second);
        await rig.Plano.NextRequestAsync();
        Assert.Equal(2, rig.Plano.Requests);
    }

    [SkippableFact]
    public async Task Watch_OneFailedCheck_IsForgivenWhenTheNextOnePasses()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        rig.Plano.AnswerJson("{}", status: 500);
        rig.Container.RequestCheck();
        Assert.Null((await rig.UntilAsync(PlanoContainerStatus.Unhealthy)).ServingAddress);
        rig.Plano.AnswerJson("{}");
        rig.Clock.Advance(PlanoContainerTiming.Default.Confirmation);
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        Assert.Single(rig.Engine.CallsOf("run"));
    }

    [SkippableFact]
    public async Task Watch_TwoFailedChecks_StartItAnew()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        rig.Plano.AnswerJson("{}", status: 500);
        rig.Container.RequestCheck();
        await rig.UntilAsync(PlanoContainerStatus.Unhealthy);
        rig.Clock.Advance(PlanoContainerTiming.Default.Confirmation);
        var restarting = await rig.UntilAsync(PlanoContainerStatus.Restarting);
        Assert.Equal((1, null), (restarting.Restarts, restarting.Address));
        Assert.Contains("was healthy and is not any more (/healthz answered 500)", restarting.LastError, StringComparison.Ordinal);
        Assert.Single(rig.Engine.CallsOf("rm"));
    }

    [SkippableFact]
    public async Task Watch_ContainerEnds_IsStartedAnewUnderTheSameName()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        await rig.FailAsync(PlanoContainerStatus.Restarting);
        rig.Clock.Advance(2 * Second);
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        Assert.Equal(2, rig.Engine.CallsOf("run").Length);
        Assert.Contains("has ended (exited, exit code 137)", rig.Container.Current.LastError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Watch_FourthFailureInAWindow_DegradesAndComesBack()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        for (var restart = 1; restart <= 3; restart++)
        {
            Assert.Equal(restart, (await rig.FailAsync(PlanoContainerStatus.Restarting)).Restarts);
            rig.Clock.Advance(2 * restart * Second);
            await rig.UntilAsync(PlanoContainerStatus.Healthy);
        }

        await rig.FailAsync(PlanoContainerStatus.Degraded);
        rig.Clock.Advance(PlanoContainerTiming.Default.DegradedPace);
        Assert.Equal(3, (await rig.UntilAsync(PlanoContainerStatus.Healthy)).Restarts);
        Assert.Equal(5, rig.Engine.CallsOf("run").Length);
    }

    [SkippableFact]
    public async Task Watch_HealthyForAWholeWindow_ForgetsRestarts()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync(config => config with { HealthInterval = TimeSpan.FromMinutes(10) });
        await rig.FailAsync(PlanoContainerStatus.Restarting);
        rig.Clock.Advance(2 * Second);
        Assert.Equal(1, (await rig.UntilAsync(PlanoContainerStatus.Healthy)).Restarts);
        rig.Clock.Advance(TimeSpan.FromMinutes(10));
        await rig.UntilAsync(snapshot => snapshot.Restarts == 0);
    }

    [SkippableFact]
    public async Task Watch_CheckIsNotAnswered_FailsAfterTheTimeout()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        await rig.Plano.NextRequestAsync();
        rig.Plano.Hang();
        rig.Container.RequestCheck();
        await rig.Plano.NextRequestAsync();
        rig.Clock.Advance(5 * Second);
        Assert.Equal("/healthz did not answer within 5 s", (await rig.UntilAsync(PlanoContainerStatus.Unhealthy)).LastError);
    }

    [SkippableFact]
    public async Task Dispose_Healthy_StopsAndRemoves()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        await rig.Container.DisposeAsync();
        await rig.Container.DisposeAsync();
        var current = rig.Container.Current;
        Assert.Equal((PlanoContainerStatus.Stopped, null, null), (current.Status, current.Address, current.ContainerId));
        Assert.Equal([$"stop -t 5 {current.ContainerName}", $"rm --force {current.ContainerName}"], rig.Engine.Calls[^2..]);
    }

    [SkippableFact]
    public async Task Dispose_WhileItStarts_Removes()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Plano.AnswerJson("{}", status: 503);
        rig.Container.Start();
        await rig.UntilAsync(snapshot => snapshot.LastHealthCheck is not null);
        await rig.Container.DisposeAsync();
        Assert.StartsWith("rm --force ", rig.Engine.Calls[^1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Dispose_WhileItPulls_GivesThePullUp()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        rig.Engine.Delete("image");
        rig.Engine.Write("pull.hangs");
        rig.Container.Start();
        await rig.UntilAsync(PlanoContainerStatus.Pulling);
        await rig.Container.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Empty(rig.Engine.CallsOf("run"));
    }

    [SkippableFact]
    public async Task Dispose_NeverStarted_TouchesNothing()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.CreateAsync();
        await rig.Container.DisposeAsync();
        Assert.Empty(rig.Engine.Calls);
    }

    [SkippableFact]
    public async Task Meters_TellStateRestartsAndFailedChecks()
    {
        SkipWithoutScripts();
        await using var rig = await PlanoRig.StartHealthyAsync();
        var seen = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, rig.Meters) && instrument.Name.StartsWith("modelscan.plano.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => seen[(string)tags[1].Value!] = value);
        listener.Start();
        await rig.FailAsync(PlanoContainerStatus.Restarting);
        rig.Clock.Advance(2 * Second);
        await rig.UntilAsync(PlanoContainerStatus.Healthy);
        listener.RecordObservableInstruments();
        Assert.Equal((1, 1), (seen[TelemetryNames.PlanoRestarts], seen[TelemetryNames.PlanoHealthCheckFailures]));
        Assert.Equal((1, 0), (seen["healthy"], seen["restarting"]));
    }

    private static void SkipWithoutScripts() => Skip.If(ScriptedEngine.WhyNot is not null, ScriptedEngine.WhyNot);

    // Waits until a probe at this moment has failed and the next one is being waited for, and goes there.
    private static async Task ToNextProbeAsync(PlanoRig rig)
    {
        await rig.UntilAsync(snapshot => snapshot.LastHealthCheck == rig.Clock.GetUtcNow());
        rig.Clock.Advance(PlanoContainerTiming.Default.StartProbe);
    }

    private static string Json(Dictionary<string, string> labels) => System.Text.Json.JsonSerializer.Serialize(labels);
}
