using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>Opens models for ONNX Runtime, which is native code: it may be missing on a platform, or refuse a file.</summary>
internal static class OnnxSessions
{
    /// <summary>Memory that the arena asks for at first and keeps, in bytes: a run over 64 pieces takes about a megabyte.</summary>
    private const int ArenaBytes = 1 << 20;

    /// <summary>Grows by what is asked for, instead of doubling.</summary>
    private const int ExtendAsRequested = 1;

    private static readonly Lazy<OrtEnv> Environment = new(() =>
    {
        var environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        using var arena = new OrtArenaCfg(0, ExtendAsRequested, ArenaBytes, ArenaBytes);
        environment.CreateAndRegisterAllocator(memory, arena);
        return environment;
    });

    /// <summary>Opens a model: one thread a run, the caller's own.</summary>
    /// <exception cref="EncoderUnavailableException">The native library or the model cannot be loaded.</exception>
    public static InferenceSession Open(string path)
    {
        try
        {
            _ = Environment.Value;
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
                EnableMemoryPattern = false, // Made for inputs of one length; ours differ.
            };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
            options.AddSessionConfigEntry("session.use_env_allocators", "1");
            return new InferenceSession(path, options);
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            var cause = (exception as TypeInitializationException)?.InnerException ?? exception;
            throw new EncoderUnavailableException($"ONNX Runtime's native library cannot be loaded on this machine: {cause.Message}", exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new EncoderUnavailableException($"{path} cannot be loaded: {exception.Message}", exception);
        }
    }
}
