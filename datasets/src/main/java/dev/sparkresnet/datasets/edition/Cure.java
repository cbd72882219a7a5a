package dev.sparkresnet.datasets.edition;

/** What the user can do, in words that follow a colon. */
final class Cure {
  static final String BINARY =
      "the binary edition is needed, which submit/job.sh stage-dataset --download TARGET fetches";
  static final String UNPACK = "unpack it and give the folder";
  static final String FETCH_AGAIN =
      "fetch it again, submit/job.sh stage-dataset --download TARGET does";

  private Cure() {}
}
